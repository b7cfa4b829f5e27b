#include "projections/subjects/rows.hpp"

namespace ledger::projections {
namespace {

const std::string kLoadSql = "SELECT " + std::string{kErasureColumns} + " FROM erasure WHERE subject = ANY($1) ORDER BY subject, number";
const pg::Statement kLoad{"subjects.load", kLoadSql};

const pg::Statement kInsert{"subjects.insert_erasure", R"sql(
  INSERT INTO erasure (subject, number, workspace, key_ids, fingerprints, receipt, event_id, actor, reason, erased_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10))sql"};

subject::Erasure erasure_of(const pg::Row& row) {
  const auto ids = row.texts(2);
  const auto fingerprints = row.texts(3);
  subject::Erasure erasure{.erased = {{}, std::string{row.text(4)}},
                           .event_id = std::string{row.text(5)},
                           .actor = std::string{row.text(6)},
                           .reason = row.maybe_text(7),
                           .at = row.time(8)};
  for (std::size_t n = 0; n < ids.size(); ++n) erasure.erased.keys.push_back({ids[n], fingerprints.at(n)});
  return erasure;
}

}  // namespace

std::map<std::string, subject::State> subjects_of(const pg::Rows& rows) {
  std::map<std::string, subject::State> subjects;
  for (const pg::Row row : rows) {
    auto& state = subjects[std::string{row.text(0)}];
    ++state.version;
    state.workspace = row.text(1);
    state.erasures.push_back(erasure_of(row));
  }
  return subjects;
}

std::map<std::string, subject::State> load_subjects(pg::Connection& connection, const std::vector<std::string>& ids) {
  return subjects_of(connection.run(kLoad, pg::Params{ids}));
}

std::vector<std::string> write_erasures(pg::Connection& connection, const FoldedStreams<subject::State>& subjects) {
  std::vector<std::string> erased;
  for (const auto& [id, folded] : subjects) {
    for (std::size_t at = folded.before.erasures.size(); at < folded.after.erasures.size(); ++at) {
      const auto& erasure = folded.after.erasures[at];
      std::vector<std::string> ids, fingerprints;
      for (const auto& key : erasure.erased.keys) {
        ids.push_back(key.id);
        fingerprints.push_back(key.fingerprint);
      }
      connection.run(kInsert, pg::Params{id, static_cast<std::int64_t>(at + 1), folded.after.workspace, ids, fingerprints, erasure.erased.receipt,
                                         erasure.event_id, erasure.actor, erasure.reason, erasure.at});
      erased.insert(erased.end(), ids.begin(), ids.end());
    }
  }
  return erased;
}

}  // namespace ledger::projections
