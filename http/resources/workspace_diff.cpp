// What changed in a workspace between two moments.

#include <algorithm>
#include <chrono>

#include "domain/json.hpp"
#include "http/json/event_json.hpp"
#include "http/min_position.hpp"
#include "http/past/past.hpp"
#include "http/past/shown_state.hpp"
#include "http/reading/moment.hpp"
#include "http/reading/paging.hpp"
#include "http/resources/handlers.hpp"
#include "projections/history/changes.hpp"
#include "projections/history/queries.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;
using projections::ChangedStream;
using projections::ChangeMark;
using projections::ChangeWindow;

// Of a stream that changed more often the first changes are shown; the stream's own diff has all of them.
constexpr std::size_t kShownChanges = 20;

// Where the next page begins, and the end of the window: what is now on the first page is not now on the next.
struct Continued {
  Timestamp to{};
  ChangeMark after;
};

std::int64_t microseconds(Timestamp time) { return time.time_since_epoch().count(); }

std::string payload_of(const Continued& at) {
  const auto& [partition, height] = at.after.position;
  return std::to_string(microseconds(at.to)) + "\n" + std::to_string(microseconds(at.after.at)) + "\n" + partition.topic + "\n" + std::to_string(partition.number) +
         "\n" + std::to_string(height);
}

Continued continued_of(const std::string& payload) {
  const auto [to, at, topic, partition, height] = lines_of<5>(payload);
  const auto time = [](std::string_view text) { return Timestamp{std::chrono::microseconds{to_integer(text).value_or(0)}}; };
  return {time(to), {time(at), {{std::string(topic), static_cast<std::int32_t>(to_integer(partition).value_or(0))}, static_cast<std::uint64_t>(to_integer(height).value_or(0))}}};
}

ChangeWindow read_window(const Request& request, Query& query) {
  ChangeWindow window;
  const auto from = query.time("from"), to = query.time("to");
  const bool given = std::ranges::any_of(request.query, [](const auto& parameter) { return parameter.first == "from"; });
  if (!given) query.refuse("from", "is needed: the time since when");
  window.from = from.value_or(Timestamp{});
  window.to = to.value_or(std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()));
  if (from && window.from > window.to) query.refuse("from", to ? "must not be later than to" : "must not be later than now");
  window.clock = read_clock(query, true, "");
  window.kind = query.text("kind");
  if (window.kind && find_stream_kind(*window.kind) == nullptr) query.refuse("kind", "must be a kind of streams: " + stream_kind_names());
  return window;
}

bool is_gone(const json& state) { return state.contains("deleted_at") || state.contains("revoked_at"); }

const char* what_happened(const json& before, const json& after) {
  if (is_gone(after) && !is_gone(before)) return "deleted";
  if (before.empty()) return "created";
  return is_gone(before) && !is_gone(after) ? "restored" : "changed";
}

// What people call the stream: what its kind is named by, joined as prompts' names are.
json name_of(const StreamKind& kind, const json& state) {
  std::string name;
  for (const auto* const member : kind.named_by) {
    if (member == nullptr) continue;
    const json::json_pointer pointer{member};
    if (!state.contains(pointer)) return nullptr;
    name += (name.empty() ? "" : "/") + state.at(pointer).get<std::string>();
  }
  return name.empty() ? json() : json(name);
}

json events_json(const std::vector<projections::HistoryEvent>& events, const App& app) {
  json out = json::array();
  for (const auto& event : events) {
    if (out.size() == kShownChanges) break;
    out.push_back(event_json(event, app.settings.topic_prefix, EventData::without));
  }
  return out;
}

// A stream that cannot be read to its end is told of without a name: it must not hide the others.
json changed_json(const Request& request, const App& app, const ChangedStream& changed, bool with_patch) {
  const auto& workspace = request.principal.workspace;
  json out{{"kind", changed.stream.kind},
           {"stream_id", changed.stream.id},
           {"from_version", changed.before},
           {"to_version", changed.after},
           {"changes", changed.after - changed.before}};
  try {
    const auto change = change_between(app, workspace, changed.stream, changed.before, changed.after);
    const json before = shown_state(change.before), after = shown_state(change.after);
    out["name"] = name_of(change.after.kind(), after);
    out["what"] = what_happened(before, after);
    out["events"] = events_json(change.events, app);
    if (with_patch) out["patch"] = shown_patch(change.before, change.after);
  } catch (const Unreadable& why) {
    out["name"] = nullptr;
    out["what"] = changed.before == 0 ? "created" : "changed";
    out["events"] = events_json(app.history->stream_at(workspace, changed.stream, {.at_version = changed.after}, changed.before + 1), app);
    out["unreadable"] = why.what();
  }
  return out;
}

json summary_json(const projections::ChangeSummary& summary) {
  json by_kind = json::object(), by_type = json::object(), by_actor = json::object();
  std::int64_t streams = 0, changes = 0;
  for (const auto& kind : summary.kinds) {
    by_kind[kind.kind] = {{"streams", kind.streams}, {"created", kind.begun}, {"changes", kind.changes}};
    streams += kind.streams;
    changes += kind.changes;
  }
  const auto count = [](json& in, const std::string& name, std::int64_t more) { in[name] = in.value(name, std::int64_t{0}) + more; };
  for (const auto& by : summary.changes) {
    count(by_type, by.type, by.changes);
    count(by_actor, by.actor, by.changes);
  }
  return {{"streams", streams}, {"changes", changes}, {"by_kind", std::move(by_kind)}, {"by_type", std::move(by_type)}, {"by_actor", std::move(by_actor)}};
}

}  // namespace

Outcome diff_workspace(const Request& request, App& app) {
  Query query(request.query);
  auto window = read_window(request, query);
  const bool with_patch = query.boolean("patch").value_or(false);
  const auto page = query.page();
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto cursor = read_cursor(page, request, app);
  if (!cursor) return tl::unexpected(cursor.error());
  if (auto reached = await_min_position(request, app, *app.history_reached); !reached) return tl::unexpected(reached.error());
  const auto continued = *cursor ? std::optional(continued_of(**cursor)) : std::nullopt;
  if (continued) window.to = continued->to;
  const auto& workspace = request.principal.workspace;
  const auto found = app.changes->page(workspace, window, continued ? std::optional(continued->after) : std::nullopt, static_cast<int>(page.limit));
  json items = json::array();
  for (const auto& changed : found.streams) items.push_back(changed_json(request, app, changed, with_patch));
  json body{{"from", to_rfc3339(window.from)}, {"to", to_rfc3339(window.to)}};
  if (!continued) body["summary"] = summary_json(app.changes->summary(workspace, window));
  return list_reply(std::move(body), std::move(items), found.next ? std::optional(payload_of({window.to, *found.next})) : std::nullopt, request, app);
}

}  // namespace ledger::http
