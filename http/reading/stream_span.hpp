#pragma once

#include <optional>

#include "domain/recorded_event.hpp"
#include "http/app.hpp"
#include "http/problem.hpp"
#include "http/reading/moment.hpp"
#include "http/request.hpp"

namespace ledger::http {

// The path's {kind} and {id}; 404 for what is no kind or no id.
Result<StreamId, Problem> stream_in_path(const Request& request);

// A part of a stream. Each end is a version, a time by one of the two clocks, or a position of the log.
struct StreamSpan {
  std::optional<Moment> from, to;
};
// ?from=, ?to= and ?clock=.
StreamSpan read_span(Query& query, std::string_view topic_prefix);

// The last moment before another.
Moment just_before(Moment moment);

// Waits for Ledger-Min-Position, and for the positions that are ends of the span, in the history.
Result<void, Problem> await_span(const StreamSpan& span, const Request& request, const App& app);

Problem no_such_stream(const StreamId& stream);

}  // namespace ledger::http
