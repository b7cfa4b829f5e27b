#include "projections/feedback/judge_score_rows.hpp"

namespace ledger::projections {
namespace {

const std::string kLoadSql = select_judge_scores("") + "WHERE s.id = ANY($1)";
const pg::Statement kLoad{"feedback.load_judge_scores", kLoadSql};

const pg::Statement kInsert{"feedback.insert_judge_scores", R"sql(
  INSERT INTO judge_score (id, workspace, version, prompt_id, prompt_version, judge, author, created_at, reason)
  SELECT * FROM unnest($1::text[], $2::text[], $3::int8[], $4::text[], $5::int4[], $6::text[], $7::text[], $8::timestamptz[], $9::text[]))sql"};

const pg::Statement kInsertDimensions{"feedback.insert_judge_score_dimensions", R"sql(
  INSERT INTO judge_score_dimension (score_id, dimension, score)
  SELECT score_id, dimension, millionths / 1000000.0 FROM unnest($1::text[], $2::text[], $3::int8[]) AS r(score_id, dimension, millionths))sql"};

// The judgements as one array per column.
class Columns {
 public:
  void add(const std::string& id, const judge_score::State& state) {
    ids_.push_back(id);
    workspaces_.push_back(state.workspace);
    versions_.push_back(static_cast<std::int64_t>(state.version));
    prompts_.push_back(state.given.prompt);
    prompt_versions_.push_back(static_cast<std::int32_t>(state.given.version));
    judges_.push_back(state.given.judge);
    authors_.push_back(state.author);
    created_.push_back(state.created_at);
    reasons_.push_back(state.reason);
    for (const auto& [dimension, score] : state.given.scores) {
      scored_.push_back(id);
      dimensions_.push_back(dimension);
      millionths_.push_back(score.millionths);
    }
  }

  pg::Params params() const {
    return pg::Params{ids_, workspaces_, versions_, prompts_, prompt_versions_, judges_, authors_, created_, reasons_};
  }
  pg::Params dimension_params() const { return pg::Params{scored_, dimensions_, millionths_}; }

 private:
  std::vector<std::string> ids_, workspaces_, prompts_, judges_, authors_, scored_, dimensions_;
  std::vector<std::optional<std::string>> reasons_;
  std::vector<std::int64_t> versions_, millionths_;
  std::vector<std::int32_t> prompt_versions_;
  std::vector<Timestamp> created_;
};

}  // namespace

std::string select_judge_scores(std::string_view schema) {
  const std::string in{schema};
  const std::string dimensions =
      " FROM " + in + "judge_score_dimension d WHERE d.score_id = s.id ORDER BY d.dimension)";
  return "SELECT s.id, s.workspace, s.version, s.prompt_id, s.prompt_version, s.judge, s.author, s.created_at, "
         "s.reason, ARRAY(SELECT d.dimension" +
         dimensions + ", ARRAY(SELECT (d.score * 1000000)::int8" + dimensions + " FROM " + in + "judge_score s ";
}

JudgeScoreEntry judge_score_of(const pg::Row& row) {
  JudgeScoreEntry entry;
  auto& state = entry.state;
  entry.id = row.text(0);
  state.workspace = row.text(1);
  state.version = static_cast<std::uint64_t>(row.number(2));
  state.given.prompt = row.text(3);
  state.given.version = static_cast<prompt::VersionNumber>(row.number(4));
  state.given.judge = row.text(5);
  state.author = row.text(6);
  state.created_at = row.time(7);
  state.reason = row.maybe_text(8);
  const auto dimensions = row.texts(9);
  const auto millionths = row.numbers(10);
  for (std::size_t i = 0; i < dimensions.size(); ++i) state.given.scores.emplace(dimensions[i], Score{millionths[i]});
  return entry;
}

std::map<std::string, judge_score::State> load_judge_scores(pg::Connection& connection,
                                                            const std::vector<std::string>& ids) {
  return load_states(connection, kLoad, ids, judge_score_of);
}

void write_judge_scores(pg::Connection& connection, const FoldedStreams<judge_score::State>& scores) {
  if (scores.empty()) return;
  Columns columns;
  for (const auto& [id, folded] : scores) columns.add(id, folded.after);
  connection.run(kInsert, columns.params());
  connection.run(kInsertDimensions, columns.dimension_params());
}

}  // namespace ledger::projections
