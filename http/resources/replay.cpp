// Streams step by step, and between two moments.

#include <algorithm>

#include "domain/json.hpp"
#include "http/json/event_json.hpp"
#include "http/past/past.hpp"
#include "http/past/shown_state.hpp"
#include "http/reading/paging.hpp"
#include "http/reading/stream_span.hpp"
#include "http/resources/handlers.hpp"
#include "projections/history/queries.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;
using projections::HistoryEvent;

// A page that has become so large ends early: states can be large, and every step shows two.
constexpr std::size_t kPageBytes = std::size_t{8} << 20U;

// What a reading of a stream goes through, versions included. Fixed by its first page, so that all pages are of one moment.
struct Steps {
  std::uint64_t before = 0;  // the version that a diff begins with
  std::uint64_t next = 1;
  std::uint64_t last = 0;
};

std::string payload_of(const Steps& steps) { return std::to_string(steps.before) + "\n" + std::to_string(steps.next) + "\n" + std::to_string(steps.last); }

Steps steps_of(const std::string& payload) {
  const auto [before, next, last] = lines_of<3>(payload);
  const auto number = [](std::string_view text) { return static_cast<std::uint64_t>(to_integer(text).value_or(0)); };
  return {number(before), number(next), number(last)};
}

std::vector<HistoryEvent> read_page(const Request& request, const App& app, const StreamId& stream, const Steps& steps, std::int64_t limit) {
  return app.history->stream(request.principal.workspace, stream,
                             {.from_version = steps.next, .to_version = steps.last, .recorded_until = {}, .limit = static_cast<int>(limit)});
}

json step_json(const HistoryEvent& event, const StreamState& before, const StreamState& after, const App& app) {
  json step{{"event", event_json(event, app.settings.topic_prefix, EventData::with)}, {"patch", shown_patch(before, after)}};
  hide_secrets(step["event"]["data"]);
  return step;
}

Result<Steps, Problem> steps_of_replay(const Request& request, const App& app, const StreamId& stream, const StreamSpan& span) {
  const auto version_at = [&](const Moment& moment) { return app.history->version_at(request.principal.workspace, stream, moment); };
  const std::uint64_t last = version_at(span.to.value_or(Moment{}));
  if (last == 0 && (!span.to || version_at({}) == 0)) return tl::unexpected(no_such_stream(stream));
  return Steps{.next = span.from ? version_at(just_before(*span.from)) + 1 : 1, .last = last};
}

// The version that the stream had there; 404 where it had not that one, or had not begun.
Result<std::uint64_t, Problem> version_at_end(const Request& request, const App& app, const StreamId& stream, const Moment& end) {
  const auto version = app.history->version_at(request.principal.workspace, stream, end);
  if (version == 0 && app.history->version_at(request.principal.workspace, stream, {}) == 0) return tl::unexpected(no_such_stream(stream));
  if (!end.at_version || *end.at_version == version) return version;
  return tl::unexpected(problem(Code::not_found, "The stream has no version " + std::to_string(*end.at_version) + "; it has the versions 1 to " + std::to_string(version) + "."));
}

Result<Steps, Problem> steps_of_diff(const Request& request, const App& app, const StreamId& stream, const StreamSpan& span) {
  const auto last = version_at_end(request, app, stream, span.to.value_or(Moment{}));
  if (!last) return tl::unexpected(last.error());
  const auto before = span.from ? version_at_end(request, app, stream, *span.from) : 0;
  if (!before) return tl::unexpected(before.error());
  if (*before > *last) return tl::unexpected(invalid_field("?from", "must not be later than to"));
  return Steps{*before, *before + 1, *last};
}

// What both calls have in common: their parameters, and which steps are asked for.
struct Asked {
  StreamId stream;
  Page page;
  Steps steps;
};
template <class Find>
Result<Asked, Problem> read_asked(const Request& request, const App& app, Query& query, Find find_steps) {
  const auto span = read_span(query, app.settings.topic_prefix);
  const auto page = query.page();
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto stream = stream_in_path(request);
  if (!stream) return tl::unexpected(stream.error());
  const auto cursor = read_cursor(page, request, app);
  if (!cursor) return tl::unexpected(cursor.error());
  if (auto reached = await_span(span, request, app); !reached) return tl::unexpected(reached.error());
  const auto steps = *cursor ? Result<Steps, Problem>(steps_of(**cursor)) : find_steps(request, app, *stream, span);
  if (!steps) return tl::unexpected(steps.error());
  return Asked{*stream, page, *steps};
}

// Patches need only what is not in snapshots; states that are shown need all of it.
StreamState state_before(const Request& request, const App& app, const StreamId& stream, std::uint64_t version, bool whole) {
  const auto& workspace = request.principal.workspace;
  if (whole || version == 0) return whole_state_at(app, workspace, stream, version);
  return past_state(app, workspace, stream, {.at_version = version}).value();
}

std::optional<std::string> next_payload(Steps steps, std::uint64_t shown_until) {
  if (shown_until >= steps.last) return std::nullopt;
  steps.next = shown_until + 1;
  return payload_of(steps);
}

}  // namespace

Outcome replay_stream(const Request& request, App& app) {
  Query query(request.query);
  const bool with_states = query.boolean("states").value_or(true);
  const auto asked = read_asked(request, app, query, steps_of_replay);
  if (!asked) return tl::unexpected(asked.error());
  const auto& steps = asked->steps;
  const auto events = read_page(request, app, asked->stream, steps, asked->page.limit);
  auto state = state_before(request, app, asked->stream, std::min(steps.next - 1, steps.last), with_states);
  json shown = with_states ? shown_state(state) : json();
  json items = json::array();
  std::size_t bytes = 0;
  for (const auto& event : events) {
    const auto before = state;
    apply_next(state, event.event);
    json step = step_json(event, before, state, app);
    if (with_states) {
      json after = shown_state(state);
      step["state_before"] = std::move(shown);
      step["state_after"] = after;
      shown = std::move(after);
    }
    bytes += step.dump().size();
    items.push_back(std::move(step));
    if (bytes > kPageBytes) break;
  }
  const auto next = items.empty() ? std::nullopt : next_payload(steps, state.version());
  return list_reply(std::move(items), next, request, app);
}

Outcome diff_stream(const Request& request, App& app) {
  Query query(request.query);
  const auto asked = read_asked(request, app, query, steps_of_diff);
  if (!asked) return tl::unexpected(asked.error());
  const auto& steps = asked->steps;
  const auto change = change_between(app, request.principal.workspace, asked->stream, steps.before, steps.last);
  json items = json::array();
  const auto events = read_page(request, app, asked->stream, steps, asked->page.limit);
  for (const auto& event : events) items.push_back(event_json(event, app.settings.topic_prefix, EventData::without));
  json body{{"kind", asked->stream.kind},
            {"stream_id", asked->stream.id},
            {"from_version", steps.before},
            {"to_version", steps.last},
            {"patch", shown_patch(change.before, change.after)}};
  const auto next = events.empty() ? std::nullopt : next_payload(steps, events.back().event.sequence);
  return list_reply(std::move(body), std::move(items), next, request, app);
}

}  // namespace ledger::http
