#include "projections/access/queries.hpp"

#include "projections/access/rows.hpp"

namespace ledger::projections {
namespace {

std::string from_keys(std::string_view rest) {
  return "SELECT " + std::string{kApiKeyColumns} + " FROM access.api_key " + std::string{rest};
}
std::string from_workspaces(std::string_view rest) {
  return "SELECT " + std::string{kWorkspaceColumns} + " FROM access.workspace " + std::string{rest};
}

const std::string kBySecretSql = from_keys("WHERE secret_sha256 = $1");
const pg::Statement kBySecret{"access.key_by_secret", kBySecretSql};

const std::string kByPublicIdSql = from_keys("WHERE public_id = $1");
const pg::Statement kByPublicId{"access.key_by_public_id", kByPublicIdSql};

const std::string kKeySql = from_keys("WHERE workspace = $1 AND id = $2");
const pg::Statement kKey{"access.key", kKeySql};

const std::string kKeysSql =
    from_keys("WHERE workspace = $1 AND (created_at, id) > ($2, $3) ORDER BY created_at, id LIMIT $4");
const pg::Statement kKeys{"access.keys", kKeysSql};

const pg::Statement kAnyKey{"access.any_key", "SELECT EXISTS (SELECT 1 FROM access.api_key)"};

const std::string kWorkspaceSql = from_workspaces("WHERE id = $1");
const pg::Statement kWorkspace{"access.workspace", kWorkspaceSql};

const std::string kWorkspaceByNameSql = from_workspaces("WHERE name = $1");
const pg::Statement kWorkspaceByName{"access.workspace_by_name", kWorkspaceByNameSql};

const std::string kWorkspacesSql =
    from_workspaces("WHERE (created_at, id) > ($1, $2) ORDER BY created_at, id LIMIT $3");
const pg::Statement kWorkspaces{"access.workspaces", kWorkspacesSql};

const pg::Statement kKeyCounts{"access.key_counts", "SELECT count(*), count(revoked_at) FROM access.api_key"};

std::optional<ApiKeyEntry> first_key(const pg::Rows& rows) {
  return rows.empty() ? std::nullopt : std::optional{api_key_of(rows[0])};
}
std::optional<WorkspaceEntry> first_workspace(const pg::Rows& rows) {
  return rows.empty() ? std::nullopt : std::optional{workspace_of(rows[0])};
}

// Before anything that was ever created: year 1.
AccessMark beginning() { return {Timestamp{std::chrono::sys_days{std::chrono::year{1} / 1 / 1}}, ""}; }

}  // namespace

KeyCounts key_counts(pg::Connection& connection) {
  const auto rows = connection.run(kKeyCounts);
  return {rows[0].number(0), rows[0].number(1)};
}

std::optional<ApiKeyEntry> AccessQueries::key_by_secret(const std::string& secret_sha256) {
  return pool_.read(
      [&](pg::Connection& connection) { return first_key(connection.run(kBySecret, pg::Params{secret_sha256})); });
}

std::optional<ApiKeyEntry> AccessQueries::key_by_public_id(const std::string& public_id) {
  return pool_.read(
      [&](pg::Connection& connection) { return first_key(connection.run(kByPublicId, pg::Params{public_id})); });
}

std::optional<ApiKeyEntry> AccessQueries::key(const std::string& workspace, const std::string& id) {
  return pool_.read([&](pg::Connection& connection) {
    return first_key(connection.run(kKey, pg::Params{workspace, id}));
  });
}

std::vector<ApiKeyEntry> AccessQueries::keys(const std::string& workspace, const std::optional<AccessMark>& after,
                                             int limit) {
  const auto mark = after.value_or(beginning());
  return pool_.read([&](pg::Connection& connection) {
    std::vector<ApiKeyEntry> out;
    const pg::Params params{workspace, mark.created_at, mark.id, static_cast<std::int64_t>(limit)};
    for (const pg::Row row : connection.run(kKeys, params)) out.push_back(api_key_of(row));
    return out;
  });
}

bool AccessQueries::any_key() {
  return pool_.read([](pg::Connection& connection) { return connection.run(kAnyKey)[0].flag(0); });
}

std::optional<WorkspaceEntry> AccessQueries::workspace(const std::string& id) {
  return pool_.read(
      [&](pg::Connection& connection) { return first_workspace(connection.run(kWorkspace, pg::Params{id})); });
}

std::optional<WorkspaceEntry> AccessQueries::workspace_by_name(const std::string& name) {
  return pool_.read(
      [&](pg::Connection& connection) { return first_workspace(connection.run(kWorkspaceByName, pg::Params{name})); });
}

std::vector<WorkspaceEntry> AccessQueries::workspaces(const std::optional<AccessMark>& after, int limit) {
  const auto mark = after.value_or(beginning());
  return pool_.read([&](pg::Connection& connection) {
    std::vector<WorkspaceEntry> out;
    for (const pg::Row row :
         connection.run(kWorkspaces, pg::Params{mark.created_at, mark.id, static_cast<std::int64_t>(limit)})) {
      out.push_back(workspace_of(row));
    }
    return out;
  });
}

}  // namespace ledger::projections
