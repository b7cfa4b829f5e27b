#include <utility>

#include "commands/feedback/commands.hpp"
#include "commands/field_checks.hpp"
#include "domain/feedback/limits.hpp"

namespace ledger::feedback {
namespace {

Opinion after(Opinion opinion, const GiveFeedback& said) {
  if (said.user_choice) opinion.user_choice = *said.user_choice;
  if (said.judge_winner) opinion.judge_winner = *said.judge_winner;
  if (said.agent_winner) opinion.agent_winner = *said.agent_winner;
  if (said.rating) opinion.rating = *said.rating;
  if (said.thumbs) opinion.thumbs = *said.thumbs;
  if (said.comment) opinion.comment = said.comment->value_or(PersonalText{});
  return opinion;
}

// Whose the request is was settled when the first feedback was given; before that the origin says it.
std::optional<Rejection> refuse_stranger(const State& state, const GiveFeedback& command, const GiveContext& context) {
  if (!state.exists() && !context.origin) {
    return Rejection{Code::not_found,
                     "no execution was recorded with request id \"" + command.request_id +
                         "\" yet; feedback is given by whoever recorded it, afterwards",
                     {}};
  }
  const std::string& owner = state.exists() ? state.author : context.origin->owner;
  if (owner == context.actor) return std::nullopt;
  return Rejection{Code::forbidden, "feedback on a request is given by the actor that recorded its execution only", {}};
}

// Who once asked for a comment to be sealed must not find the next one as it is.
void check_sealed(const Opinion& before, const Opinion& now, FieldChecks& checks) {
  if (before.comment.sealed() && !now.comment.empty() && !now.comment.sealed())
    checks.add("subject", "is missing: the comment that this one replaces is sealed for a subject");
}

void check(const Opinion& opinion, FieldChecks& checks) {
  using namespace limits;
  if (opinion.rating && (*opinion.rating < kRatingLeast || *opinion.rating > kRatingMost))
    checks.add("rating", "must be a whole number from 1 to 5");
  if (!opinion.comment.sealed()) check_comment(opinion.comment.text, checks);
  checks.text("subject", opinion.comment.subject, 0, kUserCharacters);
}

}  // namespace

void check_comment(const std::string& comment, FieldChecks& checks) {
  checks.text("comment", comment, 0, limits::kCommentCharacters, FieldChecks::Controls::any);
}

Decision<Event> decide(const State& state, const GiveFeedback& command, const GiveContext& context) {
  FieldChecks named;
  named.text("request_id", command.request_id, 1, limits::kRequestIdCharacters);
  if (auto refused = named.rejection()) return tl::unexpected(*std::move(refused));
  if (auto refused = refuse_stranger(state, command, context)) return tl::unexpected(*std::move(refused));
  const Opinion opinion = after(state.opinion, command);
  FieldChecks checks;
  check(opinion, checks);
  check_sealed(state.opinion, opinion, checks);
  if (!state.exists() && opinion == Opinion{}) {
    checks.add("body", "says nothing: give user_choice, judge_winner, agent_winner, rating, thumbs or comment");
  }
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  if (!state.exists()) return Event{Given{context.origin->about, opinion}};
  if (opinion == state.opinion) return std::nullopt;
  return Event{Changed{state.about, state.opinion, opinion}};
}

}  // namespace ledger::feedback
