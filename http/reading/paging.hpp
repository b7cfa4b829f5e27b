#pragma once

#include <optional>
#include <string>

#include "domain/json.hpp"
#include "http/app.hpp"
#include "http/reading/cursor.hpp"
#include "http/reading/query.hpp"
#include "http/reading/text.hpp"
#include "http/reply.hpp"
#include "http/request.hpp"
#include "projections/time_page.hpp"

// What all lists share. For the .cpp files of resources: includes domain/json.hpp.
namespace ledger::http {

// The payload of the page's cursor: what the list before it ended with. Nothing on a first page.
inline Result<std::optional<std::string>, Problem> read_cursor(const Page& page, const Request& request, const App& app) {
  if (!page.cursor) return std::nullopt;
  return app.cursors->read(scope_of(request), *page.cursor).map([](std::string payload) { return std::optional(std::move(payload)); });
}

// Where a page of a list by time ended, as its cursor holds it.
inline std::string payload_of(const projections::TimeMark& mark) { return std::to_string(mark.created_at.time_since_epoch().count()) + "\n" + mark.id; }
inline projections::TimeMark mark_of(const std::string& payload) {
  const auto [time, id] = lines_of<2>(payload);
  return {Timestamp{std::chrono::microseconds{to_integer(time).value_or(0)}}, std::string{id}};
}

// {…, items, next_cursor}: the cursor is null on the last page. `body` is what stands beside them.
inline Reply list_reply(nlohmann::json body, nlohmann::json items, const std::optional<std::string>& next, const Request& request, const App& app) {
  body["items"] = std::move(items);
  body["next_cursor"] = next ? nlohmann::json(app.cursors->make(scope_of(request), *next)) : nlohmann::json();
  return json_reply(200, body);
}
inline Reply list_reply(nlohmann::json items, const std::optional<std::string>& next, const Request& request, const App& app) {
  return list_reply(nlohmann::json::object(), std::move(items), next, request, app);
}

}  // namespace ledger::http
