#include "domain/projection/projection.hpp"

#include "domain/find_choice.hpp"

namespace ledger::projection {
namespace {

Deed deed_of(const Meta& meta) { return {meta.actor, meta.reason, meta.occurred_at}; }

// The rebuild that an event names. Deciders let no other one through; one that is there all the same changes nothing.
Rebuild* named(State& state, const std::string& rebuild) {
  return state.rebuild && state.rebuild->request.rebuild == rebuild ? &*state.rebuild : nullptr;
}

}  // namespace

std::string_view to_text(Outcome outcome) {
  switch (outcome) {
    case Outcome::swapped: return "swapped";
    case Outcome::refused: return "refused";
    case Outcome::cancelled: return "cancelled";
    case Outcome::failed: return "failed";
  }
  return "unknown";
}

std::optional<Outcome> parse_outcome(std::string_view text) { return find_choice(kOutcomes, text); }

const Rebuild* State::open_rebuild() const { return rebuild && !rebuild->ended ? &*rebuild : nullptr; }

State evolve(State state, const Event& event, const Meta& meta) {
  std::visit(Overloaded{
                 [&](const Paused&) { state.paused = deed_of(meta); },
                 [&](const Resumed&) { state.paused.reset(); },
                 [&](const RebuildRequested& e) { state.rebuild = Rebuild{.request = e, .requested = deed_of(meta)}; },
                 [&](const RebuildThrottled& e) {
                   if (auto* rebuild = named(state, e.rebuild)) rebuild->request.max_records_per_s = e.max_records_per_s;
                 },
                 [&](const RebuildStarted& e) {
                   if (auto* rebuild = named(state, e.rebuild)) {
                     rebuild->node = e.node;
                     rebuild->started_at = meta.occurred_at;
                   }
                 },
                 [&](const RebuildCancelled& e) {
                   if (auto* rebuild = named(state, e.rebuild)) rebuild->cancelled = true;
                 },
                 [&](const RebuildEnded& e) {
                   if (auto* rebuild = named(state, e.rebuild)) {
                     rebuild->ended = e;
                     rebuild->ended_at = meta.occurred_at;
                   }
                 },
                 [&](const ParkedRetried&) { ++state.tries; },
                 [&](const ParkedSkipped& e) {
                   state.skipped.push_back({e.parked, deed_of(meta)});
                   ++state.tries;
                 },
             },
             event);
  ++state.version;
  return state;
}

Result<State, std::string> apply(State state, const RecordedEvent& recorded) {
  return decode(recorded.type, recorded.data).map([&](const Event& event) { return evolve(std::move(state), event, recorded.meta); });
}

}  // namespace ledger::projection
