#pragma once

#include <nlohmann/json.hpp>

#include <optional>

#include "http/min_position.hpp"
#include "http/paging.hpp"
#include "http/personal_json.hpp"
#include "projections/feedback/queries.hpp"

// A page of feedback, judges' scores or scans. For the .cpp files of resources: includes nlohmann/json.hpp.
namespace ledger::http {

// `find` gives the entries behind a mark, `render` one of them, with the keys to the page's personal texts.
template <class Find, class Render>
Outcome feedback_list(const Request& request, const App& app, const Page& page, Find find, Render render) {
  const auto cursor = read_cursor(page, request, app);
  if (!cursor) return tl::unexpected(cursor.error());
  if (auto reached = await_min_position(request, app, *app.feedback_reached); !reached) return tl::unexpected(reached.error());
  const auto found = find(*cursor ? std::optional(mark_of(**cursor)) : std::nullopt, static_cast<int>(page.limit));
  const auto keys = keys_of(found.entries, app);
  nlohmann::json items = nlohmann::json::array();
  for (const auto& entry : found.entries) items.push_back(render(entry.id, entry.state, keys));
  return list_reply(std::move(items), found.next ? std::optional(payload_of(*found.next)) : std::nullopt, request, app);
}

}  // namespace ledger::http
