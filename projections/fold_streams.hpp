#pragma once

#include <algorithm>
#include <exception>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/result.hpp"
#include "projections/projection.hpp"

namespace ledger::projections {

// What a batch makes of one stream.
template <class State>
struct Folded {
  State before, after;
  std::uint64_t height = 0;  // of the last event applied
};
template <class State>
using FoldedStreams = std::map<std::string, Folded<State>>;  // by the stream's id

// The stored states of some ids, by a statement with the ids as its one parameter, and what reads a row of it.
template <class Entry>
auto load_states(pg::Connection& connection, const pg::Statement& statement, const std::vector<std::string>& ids,
                 Entry (*entry_of)(const pg::Row&)) {
  std::map<std::string, decltype(Entry::state)> states;
  for (const pg::Row row : connection.run(statement, pg::Params{ids})) {
    auto entry = entry_of(row);
    states.emplace(std::move(entry.id), std::move(entry.state));
  }
  return states;
}

// Applies a batch's events of one stream kind to the states stored so far, in memory: each touched stream is loaded
// once and can be written once. `load` gives the stored states of ids; `apply`, found beside the state, is the domain's. An event that does not
// follow its stream's version (and what is left out), or that apply cannot read, is refused with all later ones of its stream; what came
// before it stands.
template <class State, class Load>
FoldedStreams<State> fold_streams(std::span<const Applied> batch, std::string_view kind, Load load,
                                  std::vector<Refusal>& refusals) {
  std::set<std::string> ids;
  for (const auto& applied : batch) {
    if (applied.event && applied.event->stream.kind == kind) ids.insert(applied.event->stream.id);
  }
  FoldedStreams<State> streams;
  if (ids.empty()) return streams;
  std::map<std::string, State> stored = load(std::vector<std::string>{ids.begin(), ids.end()});
  std::set<std::string> refused;

  for (std::size_t index = 0; index < batch.size(); ++index) {
    const auto& event = batch[index].event;
    if (!event || event->stream.kind != kind) continue;
    const auto& id = event->stream.id;
    const auto refuse = [&](const std::string& why) {
      refusals.push_back({index, why});
      refused.insert(id);
    };
    if (refused.contains(id)) {
      refuse("an earlier event of its stream was refused");
      continue;
    }
    const auto touched = streams.find(id);
    const State& before = touched != streams.end() ? touched->second.after : stored[id];
    if (event->sequence != before.version + 1 + batch[index].skipped_before) {
      refuse("it is number " + std::to_string(event->sequence) + " of its stream, whose version is " +
             std::to_string(before.version));
      continue;
    }
    try {
      State from = before;
      from.version += batch[index].skipped_before;   // events left out count as versions, and change nothing
      Result<State, std::string> after = apply(std::move(from), *event);
      if (!after) {
        refuse(after.error());
        continue;
      }
      auto& folded = touched != streams.end() ? touched->second
                                              : streams.emplace(id, Folded<State>{stored[id], {}, 0}).first->second;
      folded.after = std::move(*after);
      folded.height = batch[index].position.height;
    } catch (const std::exception& broken) {
      refuse(std::string{"it cannot follow what came before: "} + broken.what());
    }
  }
  return streams;
}

}  // namespace ledger::projections
