#pragma once

#include <string_view>

#include "commands/topics.hpp"
#include "http/app.hpp"
#include "http/problem.hpp"
#include "http/request.hpp"

namespace ledger::http {

// For who has not found in a read model what may have been written a moment ago: waits until the model has all that the partition of this key
// holds now, as this node knows, at most as long as for Ledger-Min-Position. True: then
// what is not found is not there. False: nobody can know yet.
[[nodiscard]] bool await_present(const Request& request, const App& app, LogTopic topic, std::string_view partition_key, projections::ModelPositions& model);

// The same for who cannot know in which partition it was written: all of the topic's.
[[nodiscard]] bool await_present(const Request& request, const App& app, LogTopic topic, projections::ModelPositions& model);

// What `find` finds, now or after `await` has waited for its read model. Throws Unavailable when it does not, and nobody can know yet.
template <class Find, class Await>
auto find_present(Find find, Await await) {
  if (auto found = find()) return found;
  const bool is_current = await();
  auto found = find();
  if (!found && !is_current) throw Unavailable("a read model was not caught up in time to tell what is there");
  return found;
}

}  // namespace ledger::http
