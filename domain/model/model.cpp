#include "domain/model/model.hpp"

#include <utility>

namespace ledger::model {

State evolve(State state, const Event& event, const Meta& meta) {
  std::visit(Overloaded{
                 [&](const Created& e) {
                   state.workspace = meta.workspace;
                   state.name = e.name;
                   state.details = e.details;
                   state.prices = e.prices;
                   state.author = meta.actor;
                   state.created_at = meta.occurred_at;
                 },
                 [&](const Changed& e) {
                   if (e.details) state.details = e.details->to;
                   if (e.prices) state.prices = e.prices->to;
                 },
                 [&](const Deleted&) { state.deleted_at = meta.occurred_at; },
                 [&](const Restored&) { state.deleted_at.reset(); },
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

}  // namespace ledger::model
