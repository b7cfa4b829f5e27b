#include "projections/access/access.hpp"

#include "projections/access/rows.hpp"
#include "projections/fold_streams.hpp"
#include "projections/sql_files.hpp"

namespace ledger::projections {
namespace {

const std::string kLoadWorkspacesSql =
    "SELECT " + std::string{kWorkspaceColumns} + " FROM workspace WHERE id = ANY($1)";
const pg::Statement kLoadWorkspaces{"access.load_workspaces", kLoadWorkspacesSql};

const pg::Statement kUpsertWorkspace{"access.upsert_workspace", R"sql(
  INSERT INTO workspace (id, version, name, author, created_at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name)sql"};

const std::string kLoadKeysSql = "SELECT " + std::string{kApiKeyColumns} + " FROM api_key WHERE id = ANY($1)";
const pg::Statement kLoadKeys{"access.load_keys", kLoadKeysSql};

const pg::Statement kUpsertKey{"access.upsert_key", R"sql(
  INSERT INTO api_key (id, version, public_id, name, secret_sha256, workspace, role, actor, author, created_at, revoked_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, role = excluded.role, revoked_at = excluded.revoked_at)sql"};

std::map<std::string, workspace::State> load_workspaces(pg::Connection& connection,
                                                        const std::vector<std::string>& ids) {
  return load_states(connection, kLoadWorkspaces, ids, workspace_of);
}

std::map<std::string, api_key::State> load_keys(pg::Connection& connection, const std::vector<std::string>& ids) {
  return load_states(connection, kLoadKeys, ids, api_key_of);
}

void write(pg::Connection& connection, const FoldedStreams<workspace::State>& workspaces) {
  for (const auto& [id, folded] : workspaces) {
    const auto& state = folded.after;
    connection.run(kUpsertWorkspace, pg::Params{id, static_cast<std::int64_t>(state.version), state.name, state.author,
                                                state.created_at});
  }
}

void write(pg::Connection& connection, const FoldedStreams<api_key::State>& keys) {
  for (const auto& [id, folded] : keys) {
    const auto& state = folded.after;
    connection.run(kUpsertKey, pg::Params{id, static_cast<std::int64_t>(state.version), state.public_id, state.name,
                                          state.secret_sha256, state.workspace, access::to_text(state.role),
                                          state.actor, state.author, state.created_at, state.revoked_at});
  }
}

}  // namespace

std::string_view AccessProjection::tables_sql() const { return sql_file("projections/access/tables.sql"); }

std::vector<std::string_view> AccessProjection::kinds() const { return {workspace::kStreamKind, api_key::kStreamKind}; }

std::vector<Refusal> AccessProjection::apply(pg::Connection& connection, std::span<const Applied> batch) const {
  std::vector<Refusal> refusals;
  write(
      connection,
      fold_streams<workspace::State>(
          batch, workspace::kStreamKind, [&](const auto& ids) { return load_workspaces(connection, ids); }, refusals));
  write(connection,
        fold_streams<api_key::State>(
            batch, api_key::kStreamKind, [&](const auto& ids) { return load_keys(connection, ids); }, refusals));
  return refusals;
}

}  // namespace ledger::projections
