#include "projections/feedback/score_parts.hpp"

#include <utility>

namespace ledger::projections {
namespace {

using score::Type;

// A part of what `whole` says, before its value.
template <class State>
ScoreEntry part_of(ScoreKind kind, const std::string& stream, const std::string& name, const State& whole) {
  ScoreEntry entry{.id = stream + "/" + name, .kind = kind, .stream = stream, .judge = {}, .state = {}};
  entry.state.version = whole.version;
  entry.state.workspace = whole.workspace;
  entry.state.given.name = name;
  entry.state.author = whole.author;
  entry.state.created_at = whole.created_at;
  return entry;
}

}  // namespace

std::vector<ScoreEntry> scores_in(const std::string& id, const feedback::State& feedback) {
  std::vector<ScoreEntry> scores;
  const auto& about = feedback.about;
  const auto& opinion = feedback.opinion;
  const auto add = [&](const std::string& name, Type type, score::Value value) {
    auto& given = scores.emplace_back(part_of(ScoreKind::feedback, id, name, feedback)).state.given;
    given.target = {score::TargetKind::execution, about.execution, about.prompt, about.version};
    given.type = type;
    given.value = std::move(value);
    given.source = score::Source::person;
    given.user = about.user;
  };
  const auto add_word = [&](const std::string& name, const auto& choice) {
    if (choice) add(name, Type::categorical, std::string{to_text(*choice)});
  };
  add_word("agent_winner", opinion.agent_winner);
  if (!opinion.comment.empty()) add("comment", Type::text, opinion.comment);
  if (const auto correct = feedback::judge_correct(opinion)) add("judge_correct", Type::boolean, *correct);
  add_word("judge_winner", opinion.judge_winner);
  if (opinion.rating) add("rating", Type::numeric, whole_score(*opinion.rating));
  add_word("thumbs", opinion.thumbs);
  add_word("user_choice", opinion.user_choice);
  return scores;
}

std::vector<ScoreEntry> scores_in(const std::string& id, const judge_score::State& judgement) {
  std::vector<ScoreEntry> scores;
  for (const auto& [dimension, value] : judgement.given.scores) {
    auto& entry = scores.emplace_back(part_of(ScoreKind::judge_score, id, dimension, judgement));
    entry.judge = judgement.given.judge;
    entry.state.given.target = {score::TargetKind::version, judgement.given.prompt, judgement.given.prompt, judgement.given.version};
    entry.state.given.type = Type::numeric;
    entry.state.given.value = value;
    entry.state.given.source = score::Source::evaluator;
    entry.state.reason = judgement.reason;
  }
  return scores;
}

}  // namespace ledger::projections
