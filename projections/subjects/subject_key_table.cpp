#include "projections/subjects/subject_key_table.hpp"

namespace ledger::projections {
namespace {

using sealing::WrappedKey;

constexpr std::string_view kColumns = "id, workspace, subject, master, wrapped, fingerprint";

const std::string kSelect = "SELECT " + std::string{kColumns} + " FROM sealing.subject_key ";

const std::string kOfSubjectSql = kSelect + "WHERE workspace = $1 AND subject = $2";
const pg::Statement kOfSubject{"sealing.of_subject", kOfSubjectSql};

const std::string kFindSql = kSelect + "WHERE id = ANY($1)";
const pg::Statement kFind{"sealing.find", kFindSql};

// DO NOTHING would give no row where another was first, and a look behind it may come after an erasure.
const std::string kKeepSql = "INSERT INTO sealing.subject_key (" + std::string{kColumns} +
                             ") VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (workspace, subject) DO UPDATE SET subject = excluded.subject RETURNING " +
                             std::string{kColumns};
const pg::Statement kKeep{"sealing.keep", kKeepSql};

// From one value to the next by the index: there are a handful of them in millions of rows.
const pg::Statement kMasters{"sealing.masters", R"sql(
  WITH RECURSIVE found AS (
    (SELECT master FROM sealing.subject_key ORDER BY master LIMIT 1)
    UNION ALL
    SELECT (SELECT k.master FROM sealing.subject_key k WHERE k.master > found.master ORDER BY k.master LIMIT 1) FROM found WHERE found.master IS NOT NULL)
  SELECT master FROM found WHERE master IS NOT NULL)sql"};

const std::string kUnderOthersSql = kSelect + "WHERE master <> $1 AND id > $2 ORDER BY id LIMIT $3";
const pg::Statement kUnderOthers{"sealing.under_others", kUnderOthersSql};

const pg::Statement kPut{"sealing.put", "UPDATE sealing.subject_key SET master = $2, wrapped = $3 WHERE id = $1 AND master = $4"};

const pg::Statement kDelete{"sealing.delete", "DELETE FROM sealing.subject_key WHERE id = ANY($1)"};

WrappedKey key_of(const pg::Row& row) {
  const auto text = [&](int column) { return std::string{row.text(column)}; };
  return {.id = text(0), .workspace = text(1), .subject = text(2), .master = text(3), .wrapped = std::string{row.bytes(4)}, .fingerprint = text(5)};
}

}  // namespace

std::optional<WrappedKey> SubjectKeyTable::of_subject(const std::string& workspace, const std::string& subject) {
  return pool_.read([&](pg::Connection& connection) {
    const auto rows = connection.run(kOfSubject, pg::Params{workspace, subject});
    return rows.empty() ? std::nullopt : std::optional{key_of(rows[0])};
  });
}

std::vector<WrappedKey> SubjectKeyTable::find(const std::vector<std::string>& ids) {
  return pool_.read([&](pg::Connection& connection) {
    std::vector<WrappedKey> found;
    for (const pg::Row row : connection.run(kFind, pg::Params{ids})) found.push_back(key_of(row));
    return found;
  });
}

// Twice is as good as once, so it may be tried again like a read.
WrappedKey SubjectKeyTable::keep(const WrappedKey& key) {
  const pg::Params params{key.id, key.workspace, key.subject, key.master, pg::Bytes{key.wrapped}, key.fingerprint};
  return pool_.read([&](pg::Connection& connection) { return key_of(connection.run(kKeep, params)[0]); });
}

std::vector<std::string> SubjectKeyTable::masters(std::chrono::milliseconds timeout) {
  return pool_.read(timeout, [](pg::Connection& connection) {
    std::vector<std::string> found;
    for (const pg::Row row : connection.run(kMasters)) found.emplace_back(row.text(0));
    return found;
  });
}

std::vector<WrappedKey> SubjectKeyTable::under_others(const std::string& master, const std::string& after, std::size_t most) {
  return pool_.read([&](pg::Connection& connection) {
    std::vector<WrappedKey> found;
    for (const pg::Row row : connection.run(kUnderOthers, pg::Params{master, after, static_cast<std::int64_t>(most)})) found.push_back(key_of(row));
    return found;
  });
}

void SubjectKeyTable::put(const WrappedKey& key, const std::string& before) {
  pool_.read([&](pg::Connection& connection) { return connection.run(kPut, pg::Params{key.id, key.master, pg::Bytes{key.wrapped}, before}).affected(); });
}

// What was said to be erased must not come back with a crash of the server, as what can be applied again may.
void delete_subject_keys(pg::Connection& connection, const std::vector<std::string>& ids) {
  connection.query("SET LOCAL synchronous_commit TO on");
  connection.run(kDelete, pg::Params{ids});
}

}  // namespace ledger::projections
