#include "projections/feedback/score_rows.hpp"

#include <stdexcept>

#include "projections/feedback/score_parts.hpp"

namespace ledger::projections {
namespace {

const std::string kLoadSql = "SELECT " + std::string{kScoreColumns} + " FROM score WHERE id = ANY($1) AND kind = 'score'";
const pg::Statement kLoad{"feedback.load_scores", kLoadSql};

const pg::Statement kInsert{"feedback.insert_scores", R"sql(
  INSERT INTO score (id, kind, stream, judge, workspace, version, target_kind, target_id, prompt_id, prompt_version, name, type, number, flag, words,
    words_subject, comment, comment_subject, source, user_name, definition_id, definition_version, author, created_at, reason)
  SELECT id, kind, stream, judge, workspace, version, target_kind, target_id, prompt_id, prompt_version, name, type,
    CASE WHEN type = 'numeric' THEN millionths / 1000000.0 END, CASE WHEN type = 'boolean' THEN millionths <> 0 END, words,
    words_subject, comment, comment_subject, source, user_name, definition_id, definition_version, author, created_at, reason
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int8[], $7::text[], $8::text[], $9::text[], $10::int4[], $11::text[],
      $12::text[], $13::int8[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[], $21::int8[], $22::text[],
      $23::timestamptz[], $24::text[])
    AS r(id, kind, stream, judge, workspace, version, target_kind, target_id, prompt_id, prompt_version, name, type, millionths, words, words_subject,
      comment, comment_subject, source, user_name, definition_id, definition_version, author, created_at, reason))sql"};

const pg::Statement kForget{"feedback.forget_scores", "DELETE FROM score WHERE stream = ANY($1) AND kind = 'feedback'"};

// The scores as one array per column.
class Columns {
 public:
  void add(const ScoreEntry& entry) {
    const auto& state = entry.state;
    const auto& given = state.given;
    ids_.push_back(entry.id);
    kinds_.emplace_back(to_text(entry.kind));
    streams_.push_back(entry.stream);
    judges_.push_back(entry.judge);
    workspaces_.push_back(state.workspace);
    versions_.push_back(static_cast<std::int64_t>(state.version));
    target_kinds_.emplace_back(to_text(given.target.kind));
    target_ids_.push_back(given.target.id);
    prompts_.push_back(given.target.prompt);
    prompt_versions_.push_back(static_cast<std::int32_t>(given.target.version));
    names_.push_back(given.name);
    types_.emplace_back(to_text(given.type));
    add_value(given.value);
    comments_.push_back(given.comment.text);
    comment_subjects_.push_back(given.comment.subject);
    sources_.emplace_back(to_text(given.source));
    users_.push_back(given.user);
    definitions_.push_back(given.checked_by ? given.checked_by->definition : "");
    definition_versions_.push_back(given.checked_by ? static_cast<std::int64_t>(given.checked_by->version) : 0);
    authors_.push_back(state.author);
    created_.push_back(state.created_at);
    reasons_.push_back(state.reason);
  }

  bool empty() const { return ids_.empty(); }
  pg::Params params() const {
    return pg::Params{ids_,      kinds_,           streams_,  judges_,           workspaces_, versions_, target_kinds_, target_ids_,          prompts_, prompt_versions_, names_,   types_,
                      millionths_, words_, words_subjects_, comments_, comment_subjects_, sources_,    users_,    definitions_,  definition_versions_, authors_, created_,         reasons_};
  }

 private:
  // What is no number or flag is words, what is no words the empty text.
  void add_value(const score::Value& value) {
    std::int64_t millionths = 0;
    PersonalText words;
    std::visit(Overloaded{
                   [&](Score number) { millionths = number.millionths; },
                   [&](bool flag) { millionths = flag ? 1 : 0; },
                   [&](const std::string& word) { words.text = word; },
                   [&](const PersonalText& text) { words = text; },
               },
               value);
    millionths_.push_back(millionths);
    words_.push_back(words.text);
    words_subjects_.push_back(words.subject);
  }

  using Texts = std::vector<std::string>;
  Texts ids_, kinds_, streams_, judges_, workspaces_, target_kinds_, target_ids_, prompts_, names_, types_, words_, words_subjects_, comments_, comment_subjects_,
      sources_, users_, definitions_, authors_;
  std::vector<std::optional<std::string>> reasons_;
  std::vector<std::int64_t> versions_, millionths_, definition_versions_;
  std::vector<std::int32_t> prompt_versions_;
  std::vector<Timestamp> created_;
};

template <class Choice>
Choice stored(std::string_view word, std::optional<Choice> (*parse)(std::string_view)) {
  const auto choice = parse(word);
  if (!choice) throw std::logic_error{"a stored score has a word that is none"};
  return *choice;
}

ScoreKind stored_kind(std::string_view word) {
  for (const auto kind : kScoreKinds) {
    if (to_text(kind) == word) return kind;
  }
  throw std::logic_error{"a stored score is of no kind"};
}

score::Value stored_value(score::Type type, const pg::Row& row, int column) {
  switch (type) {
    case score::Type::numeric:
      return Score{row.number(column)};
    case score::Type::boolean:
      return row.flag(column + 1);
    case score::Type::categorical:
      return std::string{row.text(column + 2)};
    case score::Type::text:
    case score::Type::correction:
      return PersonalText{std::string{row.text(column + 2)}, std::string{row.text(column + 3)}};
  }
  throw std::logic_error{"a stored score is of no type"};
}

template <class State>
void write_parts(pg::Connection& connection, const FoldedStreams<State>& streams) {
  Columns columns;
  for (const auto& [id, folded] : streams) {
    for (const auto& entry : scores_in(id, folded.after)) columns.add(entry);
  }
  if (!columns.empty()) connection.run(kInsert, columns.params());
}

}  // namespace

std::string_view to_text(ScoreKind kind) {
  switch (kind) {
    case ScoreKind::score:
      return "score";
    case ScoreKind::feedback:
      return "feedback";
    case ScoreKind::judge_score:
      return "judge_score";
  }
  return "unknown";
}

ScoreEntry score_of(const pg::Row& row) {
  int at = 0;
  const auto text = [&] { return std::string{row.text(at++)}; };
  ScoreEntry entry;
  auto& state = entry.state;
  auto& given = state.given;
  entry.id = text();
  entry.kind = stored_kind(text());
  entry.stream = text();
  entry.judge = text();
  state.workspace = text();
  state.version = static_cast<std::uint64_t>(row.number(at++));
  given.target.kind = stored(text(), score::parse_target_kind);
  given.target.id = text();
  given.target.prompt = text();
  given.target.version = static_cast<prompt::VersionNumber>(row.number(at++));
  given.name = text();
  given.type = stored(text(), score::parse_type);
  given.value = stored_value(given.type, row, at);
  at += 4;
  given.comment.text = text();
  given.comment.subject = text();
  given.source = stored(text(), score::parse_source);
  given.user = text();
  const auto definition = text();
  const auto definition_version = static_cast<std::uint64_t>(row.number(at++));
  if (!definition.empty()) given.checked_by = score::CheckedBy{definition, definition_version};
  state.author = text();
  state.created_at = row.time(at++);
  state.reason = row.maybe_text(at++);
  return entry;
}

std::map<std::string, score::State> load_scores(pg::Connection& connection, const std::vector<std::string>& ids) {
  return load_states(connection, kLoad, ids, score_of);
}

void write_scores(pg::Connection& connection, const FoldedStreams<score::State>& scores) {
  if (scores.empty()) return;
  Columns columns;
  for (const auto& [id, folded] : scores) columns.add({.id = id, .kind = ScoreKind::score, .stream = id, .judge = {}, .state = folded.after});
  connection.run(kInsert, columns.params());
}

void write_scores(pg::Connection& connection, const FoldedStreams<feedback::State>& feedback) {
  std::vector<std::string> changed;
  for (const auto& [id, folded] : feedback) {
    if (folded.before.exists()) changed.push_back(id);
  }
  if (!changed.empty()) connection.run(kForget, pg::Params{changed});
  write_parts(connection, feedback);
}

void write_scores(pg::Connection& connection, const FoldedStreams<judge_score::State>& judgements) { write_parts(connection, judgements); }

}  // namespace ledger::projections
