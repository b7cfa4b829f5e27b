#include "projections/feedback/feedback_rows.hpp"

#include <stdexcept>

namespace ledger::projections {
namespace {

const std::string kLoadSql = "SELECT " + std::string{kFeedbackColumns} + " FROM feedback WHERE id = ANY($1)";
const pg::Statement kLoad{"feedback.load_feedback", kLoadSql};

// What it is about never changes.
const pg::Statement kUpsert{"feedback.upsert_feedback", R"sql(
  INSERT INTO feedback (id, workspace, version, request_id, execution_id, prompt_id, prompt_version, user_name, user_choice, judge_winner,
    agent_winner, judge_correct, rating, thumbs, comment, comment_subject, author, created_at, updated_at)
  SELECT id, workspace, version, request_id, execution_id, prompt_id, prompt_version, user_name, user_choice, judge_winner,
    agent_winner, judge_correct::boolean, nullif(rating, 0), thumbs, comment, comment_subject, author, created_at, updated_at
  FROM unnest($1::text[], $2::text[], $3::int8[], $4::text[], $5::text[], $6::text[], $7::int4[], $8::text[], $9::text[], $10::text[], $11::text[],
      $12::text[], $13::int4[], $14::text[], $15::text[], $16::text[], $17::text[], $18::timestamptz[], $19::timestamptz[])
    AS r(id, workspace, version, request_id, execution_id, prompt_id, prompt_version, user_name, user_choice, judge_winner, agent_winner,
      judge_correct, rating, thumbs, comment, comment_subject, author, created_at, updated_at)
  ON CONFLICT (id) DO UPDATE SET
    version = excluded.version, user_choice = excluded.user_choice, judge_winner = excluded.judge_winner, agent_winner = excluded.agent_winner,
    judge_correct = excluded.judge_correct, rating = excluded.rating, thumbs = excluded.thumbs, comment = excluded.comment,
    comment_subject = excluded.comment_subject, updated_at = excluded.updated_at)sql"};

template <class Choice>
std::optional<std::string> word(const std::optional<Choice>& choice) {
  return choice ? std::optional{std::string{to_text(*choice)}} : std::nullopt;
}
std::optional<std::string> word(const std::optional<bool>& flag) {
  return flag ? std::optional<std::string>{*flag ? "true" : "false"} : std::nullopt;
}

// The feedback as one array per column.
class Columns {
 public:
  void add(const std::string& id, const feedback::State& state) {
    const auto& about = state.about;
    const auto& opinion = state.opinion;
    ids_.push_back(id);
    workspaces_.push_back(state.workspace);
    versions_.push_back(static_cast<std::int64_t>(state.version));
    request_ids_.push_back(about.request_id);
    executions_.push_back(about.execution);
    prompts_.push_back(about.prompt);
    prompt_versions_.push_back(static_cast<std::int32_t>(about.version));
    users_.push_back(about.user);
    user_choices_.push_back(word(opinion.user_choice));
    judge_winners_.push_back(word(opinion.judge_winner));
    agent_winners_.push_back(word(opinion.agent_winner));
    judges_correct_.push_back(word(feedback::judge_correct(opinion)));
    ratings_.push_back(opinion.rating.value_or(0));
    thumbs_.push_back(word(opinion.thumbs));
    comments_.push_back(opinion.comment.text);
    comment_subjects_.push_back(opinion.comment.subject);
    authors_.push_back(state.author);
    created_.push_back(state.created_at);
    updated_.push_back(state.updated_at);
  }

  pg::Params params() const {
    return pg::Params{ids_,          workspaces_,    versions_,      request_ids_,    executions_,
                      prompts_,      prompt_versions_, users_,       user_choices_,   judge_winners_,
                      agent_winners_, judges_correct_, ratings_,     thumbs_,         comments_,
                      comment_subjects_, authors_,   created_,       updated_};
  }

 private:
  using Texts = std::vector<std::string>;
  Texts ids_, workspaces_, request_ids_, executions_, prompts_, users_, comments_, comment_subjects_, authors_;
  std::vector<std::optional<std::string>> user_choices_, judge_winners_, agent_winners_, judges_correct_, thumbs_;
  std::vector<std::int64_t> versions_;
  std::vector<std::int32_t> prompt_versions_, ratings_;
  std::vector<Timestamp> created_, updated_;
};

template <class Choice>
std::optional<Choice> stored(const std::optional<std::string>& text, std::optional<Choice> (*parse)(std::string_view)) {
  if (!text) return std::nullopt;
  const auto choice = parse(*text);
  if (!choice) throw std::logic_error{"stored feedback has a word that is none"};
  return choice;
}

}  // namespace

FeedbackEntry feedback_of(const pg::Row& row) {
  int at = 0;
  const auto text = [&] { return std::string{row.text(at++)}; };
  const auto maybe_text = [&] { return row.maybe_text(at++); };
  FeedbackEntry entry;
  auto& about = entry.state.about;
  auto& opinion = entry.state.opinion;
  entry.id = text();
  entry.state.workspace = text();
  entry.state.version = static_cast<std::uint64_t>(row.number(at++));
  about.request_id = text();
  about.execution = text();
  about.prompt = text();
  about.version = static_cast<prompt::VersionNumber>(row.number(at++));
  about.user = text();
  opinion.user_choice = stored(maybe_text(), feedback::parse_user_choice);
  opinion.judge_winner = stored(maybe_text(), feedback::parse_agent);
  opinion.agent_winner = stored(maybe_text(), feedback::parse_agent);
  if (const auto rating = row.maybe_number(at++)) opinion.rating = static_cast<std::uint8_t>(*rating);
  opinion.thumbs = stored(maybe_text(), feedback::parse_thumbs);
  opinion.comment.text = text();
  opinion.comment.subject = text();
  entry.state.author = text();
  entry.state.created_at = row.time(at++);
  entry.state.updated_at = row.time(at++);
  return entry;
}

std::map<std::string, feedback::State> load_feedback(pg::Connection& connection, const std::vector<std::string>& ids) {
  return load_states(connection, kLoad, ids, feedback_of);
}

void write_feedback(pg::Connection& connection, const FoldedStreams<feedback::State>& feedback) {
  if (feedback.empty()) return;
  Columns columns;
  for (const auto& [id, folded] : feedback) columns.add(id, folded.after);
  connection.run(kUpsert, columns.params());
}

}  // namespace ledger::projections
