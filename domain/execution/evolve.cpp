#include <utility>

#include "domain/execution/codec.hpp"
#include "domain/execution/state.hpp"

namespace ledger::execution {
namespace {

void begin(State& state, const Request& request, const Meta& meta) {
  state.workspace = meta.workspace;
  state.actor = meta.actor;
  state.recorded_at = meta.recorded_at;
  state.request = request;
}

void end(State& state, Status how, const Meta& meta) {
  state.status = how;
  // Cancelled before it began: it began and ended at once.
  if (!state.started_at) state.started_at = meta.occurred_at;
  state.completed_at = meta.occurred_at;
}

}  // namespace

State evolve(State state, const Event& event, const Meta& meta) {
  std::visit(Overloaded{
                 [&](const Requested& e) {
                   begin(state, e.request, meta);
                   state.created_at = meta.occurred_at;
                 },
                 [&](const Recorded& e) {
                   begin(state, e.request, meta);
                   state.status = e.status;
                   state.created_at = e.created_at;
                   state.started_at = e.started_at;
                   state.completed_at = e.completed_at;
                   state.ending = e.ending;
                   state.checked = e.checked;
                 },
                 [&](const Started&) {
                   state.status = Status::running;
                   state.started_at = meta.occurred_at;
                 },
                 [&](const Completed& e) {
                   state.ending = e.ending;
                   end(state, Status::completed, meta);
                 },
                 [&](const Failed& e) {
                   state.ending = e.ending;
                   end(state, Status::failed, meta);
                 },
                 [&](const Cancelled&) { end(state, Status::cancelled, meta); },
                 [&](const Validated& e) { state.checked = e.checked; },
                 [&](const LogAppended&) { ++state.log_lines; },
             },
             event);
  ++state.version;
  return state;
}

Result<State, std::string> apply(State state, const RecordedEvent& recorded) {
  return decode(recorded.type, recorded.data).map([&](const Event& event) { return evolve(std::move(state), event, recorded.meta); });
}

std::vector<std::string> tags_of(const Event&) { return {}; }

}  // namespace ledger::execution
