#include "domain/feedback/feedback.hpp"

#include <utility>

namespace ledger::feedback {

std::optional<bool> judge_correct(const Opinion& opinion) {
  if (!opinion.judge_winner || !opinion.agent_winner) return std::nullopt;
  return opinion.judge_winner == opinion.agent_winner;
}

State evolve(State state, const Event& event, const Meta& meta) {
  std::visit(Overloaded{
                 [&](const Given& e) {
                   state.workspace = meta.workspace;
                   state.about = e.about;
                   state.opinion = e.opinion;
                   state.author = meta.actor;
                   state.created_at = meta.occurred_at;
                 },
                 [&](const Changed& e) { state.opinion = e.to; },
             },
             event);
  state.updated_at = meta.occurred_at;
  ++state.version;
  return state;
}

Result<State, std::string> apply(State state, const RecordedEvent& recorded) {
  return decode(recorded.type, recorded.data).map([&](const Event& event) {
    return evolve(std::move(state), event, recorded.meta);
  });
}

std::vector<std::string> tags_of(const Event&) { return {}; }

}  // namespace ledger::feedback
