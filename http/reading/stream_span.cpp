#include "http/reading/stream_span.hpp"

#include <chrono>
#include <utility>

#include "domain/replay/stream_kind.hpp"
#include "http/past/past.hpp"
#include "http/reading/position_token.hpp"
#include "http/reading/text.hpp"

namespace ledger::http {
namespace {

std::optional<Moment> read_end(Query& query, std::string_view name, std::string_view topic_prefix) {
  const auto text = query.text(name);
  if (!text) return std::nullopt;
  if (const auto version = to_integer(*text); version && *version > 0) return Moment{.at_version = static_cast<std::uint64_t>(*version)};
  if (const auto time = parse_rfc3339(*text)) return Moment{.as_of = *time};
  if (auto position = parse_position_token(*text, topic_prefix)) return Moment{.at_position = std::move(position)};
  query.refuse(name, "must be a version of the stream, from 1, an RFC 3339 time, or a position as it was given");
  return std::nullopt;
}

bool is_time(const std::optional<Moment>& end) { return end && end->as_of; }

}  // namespace

Result<StreamId, Problem> stream_in_path(const Request& request) {
  const auto& name = request.parameter("kind");
  const auto* const kind = find_stream_kind(name);
  if (kind == nullptr) return tl::unexpected(problem(Code::not_found, "\"" + name + "\" is no kind of stream; there are " + stream_kind_names() + "."));
  if (kind->ids == StreamIds::words) return StreamId{name, request.parameter("id")};
  return request.id("id").map([&](const std::string& id) { return StreamId{name, id}; });
}

StreamSpan read_span(Query& query, std::string_view topic_prefix) {
  StreamSpan span{read_end(query, "from", topic_prefix), read_end(query, "to", topic_prefix)};
  const auto clock = read_clock(query, is_time(span.from) || is_time(span.to), "a time in from or to");
  if (span.from) span.from->clock = clock;
  if (span.to) span.to->clock = clock;
  return span;
}

Moment just_before(Moment moment) {
  if (moment.as_of) *moment.as_of -= std::chrono::microseconds{1};
  if (moment.at_version) --*moment.at_version;
  if (moment.at_position) {
    std::erase_if(*moment.at_position, [](const log::Position& position) { return position.height == 0; });
    for (auto& position : *moment.at_position) --position.height;
  }
  return moment;
}

Result<void, Problem> await_span(const StreamSpan& span, const Request& request, const App& app) {
  return await_moment(span.from.value_or(Moment{}), request, app, *app.history_reached).and_then([&] {
    return await_moment(span.to.value_or(Moment{}), request, app, *app.history_reached);
  });
}

Problem no_such_stream(const StreamId& stream) { return problem(Code::not_found, "There is no stream " + stream.text() + "."); }

}  // namespace ledger::http
