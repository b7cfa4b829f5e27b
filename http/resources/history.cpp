
#include <charconv>

#include "domain/json.hpp"
#include "domain/prompt/state.hpp"
#include "http/json/event_json.hpp"
#include "http/json/prompt_json.hpp"
#include "http/min_position.hpp"
#include "http/past/past.hpp"
#include "http/past/read_prompt.hpp"
#include "http/reading/paging.hpp"
#include "http/reading/stream_span.hpp"
#include "http/resources/handlers.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;
using projections::HistoryEvent;

// What a page of a stream's events begins behind.
Result<std::uint64_t, Problem> read_after(const Page& page, const Request& request, const App& app) {
  return read_cursor(page, request, app).map([](const std::optional<std::string>& payload) {
    std::uint64_t version = 0;
    if (payload) std::from_chars(payload->data(), payload->data() + payload->size(), version);
    return version;
  });
}

// Events behind a version, one more than the page takes if there is one.
std::vector<HistoryEvent> read_page(const Request& request, const App& app, const StreamId& stream, std::uint64_t after, std::int64_t limit) {
  return app.history->stream(request.principal.workspace, stream,
                             {.from_version = after + 1, .to_version = {}, .recorded_until = {}, .limit = static_cast<int>(limit) + 1});
}

Reply page_reply(json items, std::vector<HistoryEvent>& events, std::int64_t limit, const Request& request, const App& app) {
  const bool more = static_cast<std::int64_t>(events.size()) > limit;
  const auto last = more ? std::optional(std::to_string(events[static_cast<std::size_t>(limit) - 1].event.sequence)) : std::nullopt;
  return list_reply(std::move(items), last, request, app);
}

json whole(const std::string& id, const prompt::State& state) {
  return state.exists() ? prompt_json(id, state, state.find_version(state.latest())) : json::object();
}

}  // namespace

// Each event with the RFC 6902 patch between what GET showed before it and after it.
Outcome show_prompt_history(const Request& request, App& app) {
  const auto id = request.id("id");
  if (!id) return tl::unexpected(id.error());
  Query query(request.query);
  const auto page = query.page();
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto after = read_after(page, request, app);
  if (!after) return tl::unexpected(after.error());
  if (auto reached = await_min_position(request, app, *app.history_reached); !reached) return tl::unexpected(reached.error());

  const StreamId stream{std::string(prompt::kStreamKind), *id};
  auto events = read_page(request, app, stream, *after, page.limit);
  if (events.empty()) return tl::unexpected(no_such_prompt(*id));
  prompt::State state;
  if (*after > 0) {
    auto entry = prompt_at(app, request.principal.workspace, *id, {.at_version = *after}, {});
    if (entry) state = std::move(entry->state);
  }
  json before = whole(*id, state);
  json items = json::array();
  for (const auto& event : events) {
    if (static_cast<std::int64_t>(items.size()) == page.limit) break;
    state = fold_one(std::move(state), event.event);
    json now = whole(*id, state);
    items.push_back(event_json(event, app.settings.topic_prefix, EventData::without));
    items.back()["patch"] = json::diff(before, now);
    before = std::move(now);
  }
  return page_reply(std::move(items), events, page.limit, request, app);
}

Outcome list_stream_events(const Request& request, App& app) {
  const auto stream = stream_in_path(request);
  if (!stream) return tl::unexpected(stream.error());
  Query query(request.query);
  const auto page = query.page();
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto after = read_after(page, request, app);
  if (!after) return tl::unexpected(after.error());
  if (auto reached = await_min_position(request, app, *app.history_reached); !reached) return tl::unexpected(reached.error());

  auto events = read_page(request, app, *stream, *after, page.limit);
  if (events.empty()) return tl::unexpected(no_such_stream(*stream));
  json items = json::array();
  for (const auto& event : events) {
    if (static_cast<std::int64_t>(items.size()) == page.limit) break;
    items.push_back(event_json(event, app.settings.topic_prefix, EventData::with));
  }
  return page_reply(std::move(items), events, page.limit, request, app);
}

}  // namespace ledger::http
