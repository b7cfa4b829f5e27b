#pragma once

#include <optional>
#include <string>

#include "http/app.hpp"
#include "http/reading/moment.hpp"
#include "projections/executions/queries.hpp"

namespace ledger::http {

// A page of executions as they were at a moment of the past. The read model says which there are now, in what order and by what was asked of them: that never
// changes. What has changed since (status, validation) is folded from the history, and looked at afterwards; so a page may hold fewer than the limit, or none, and
// yet have a next one. Bounded by the page: as many streams as its limit are read.
projections::TimePage<projections::ExecutionEntry> list_past(const App& app, const std::string& workspace, const Moment& moment, const projections::ExecutionFilter& filter,
                                                             projections::TimeOrder order, const std::optional<projections::TimeMark>& after, int limit);

}  // namespace ledger::http
