#pragma once

#include <optional>
#include <type_traits>

#include "domain/json.hpp"
#include "http/json/personal_json.hpp"
#include "http/min_position.hpp"
#include "http/reading/paging.hpp"
#include "projections/positions.hpp"

// A page of a list by time of creation. For the .cpp files of resources: includes domain/json.hpp.
namespace ledger::http {

// `find` gives the entries behind a mark, out of the read model that `reached` tells of; `render` shows one of them, or its id and state; if there
// may be personal texts in it, with the keys to those of the page.
template <class Find, class Render>
Outcome time_list(const Request& request, const App& app, projections::ModelPositions& reached, const Page& page, Find find, Render render) {
  const auto cursor = read_cursor(page, request, app);
  if (!cursor) return tl::unexpected(cursor.error());
  if (auto there = await_min_position(request, app, reached); !there) return tl::unexpected(there.error());
  const auto found = find(*cursor ? std::optional(mark_of(**cursor)) : std::nullopt, static_cast<int>(page.limit));
  nlohmann::json items = nlohmann::json::array();
  if constexpr (requires { render(found.entries.front().id, found.entries.front().state); }) {
    for (const auto& entry : found.entries) items.push_back(render(entry.id, entry.state));
  } else {
    const auto keys = keys_of(found.entries, app);
    for (const auto& entry : found.entries) {
      if constexpr (requires { render(entry, keys); }) {
        items.push_back(render(entry, keys));
      } else {
        items.push_back(render(entry.id, entry.state, keys));
      }
    }
  }
  return list_reply(std::move(items), found.next ? std::optional(payload_of(*found.next)) : std::nullopt, request, app);
}

}  // namespace ledger::http
