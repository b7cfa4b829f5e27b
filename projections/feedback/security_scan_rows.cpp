#include "projections/feedback/security_scan_rows.hpp"

namespace ledger::projections {
namespace {

const std::string kLoadSql = "SELECT " + std::string{kSecurityScanColumns} + " FROM security_scan WHERE id = ANY($1)";
const pg::Statement kLoad{"feedback.load_security_scans", kLoadSql};

const pg::Statement kInsert{"feedback.insert_security_scans", R"sql(
  INSERT INTO security_scan (id, workspace, version, input_text, input_subject, risk_score, label, user_name, author, created_at, reason)
  SELECT id, workspace, version, input_text, input_subject, millionths / 1000000.0, label, user_name, author, created_at, reason
  FROM unnest($1::text[], $2::text[], $3::int8[], $4::text[], $5::text[], $6::int8[], $7::text[], $8::text[], $9::text[], $10::timestamptz[],
      $11::text[])
    AS r(id, workspace, version, input_text, input_subject, millionths, label, user_name, author, created_at, reason))sql"};

// The scans as one array per column.
class Columns {
 public:
  void add(const std::string& id, const security_scan::State& state) {
    ids_.push_back(id);
    workspaces_.push_back(state.workspace);
    versions_.push_back(static_cast<std::int64_t>(state.version));
    inputs_.push_back(state.scan.input.text);
    subjects_.push_back(state.scan.input.subject);
    risks_.push_back(state.scan.risk.millionths);
    labels_.push_back(state.scan.label);
    users_.push_back(state.scan.user);
    authors_.push_back(state.author);
    created_.push_back(state.created_at);
    reasons_.push_back(state.reason);
  }

  pg::Params params() const {
    return pg::Params{ids_,    workspaces_, versions_, inputs_,  subjects_, risks_,
                      labels_, users_,      authors_,  created_, reasons_};
  }

 private:
  std::vector<std::string> ids_, workspaces_, inputs_, subjects_, labels_, users_, authors_;
  std::vector<std::optional<std::string>> reasons_;
  std::vector<std::int64_t> versions_, risks_;
  std::vector<Timestamp> created_;
};

}  // namespace

SecurityScanEntry security_scan_of(const pg::Row& row) {
  SecurityScanEntry entry;
  auto& state = entry.state;
  entry.id = row.text(0);
  state.workspace = row.text(1);
  state.version = static_cast<std::uint64_t>(row.number(2));
  state.scan.input = {std::string{row.text(3)}, std::string{row.text(4)}};
  state.scan.risk.millionths = row.number(5);
  state.scan.label = row.text(6);
  state.scan.user = row.text(7);
  state.author = row.text(8);
  state.created_at = row.time(9);
  state.reason = row.maybe_text(10);
  return entry;
}

std::map<std::string, security_scan::State> load_security_scans(pg::Connection& connection,
                                                                const std::vector<std::string>& ids) {
  return load_states(connection, kLoad, ids, security_scan_of);
}

void write_security_scans(pg::Connection& connection, const FoldedStreams<security_scan::State>& scans) {
  if (scans.empty()) return;
  Columns columns;
  for (const auto& [id, folded] : scans) columns.add(id, folded.after);
  connection.run(kInsert, columns.params());
}

}  // namespace ledger::projections
