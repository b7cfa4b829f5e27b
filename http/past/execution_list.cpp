#include "http/past/execution_list.hpp"

#include <vector>

#include "http/past/past.hpp"

namespace ledger::http {
namespace {

using projections::ExecutionEntry;
using projections::ExecutionFilter;

bool matches(const ExecutionFilter& filter, const execution::State& state) {
  return (!filter.status || *filter.status == state.status) && (!filter.validation || *filter.validation == state.checked.status);
}

// What may be looked for among the executions of now.
ExecutionFilter unchanging(ExecutionFilter filter, const Moment& moment) {
  filter.status.reset();
  filter.validation.reset();
  if (moment.clock == projections::Clock::recorded) filter.recorded_until = moment.as_of;
  return filter;
}

}  // namespace

projections::TimePage<ExecutionEntry> list_past(const App& app, const std::string& workspace, const Moment& moment, const ExecutionFilter& filter, projections::TimeOrder order,
                                                const std::optional<projections::TimeMark>& after, int limit) {
  auto page = app.executions->list(workspace, unchanging(filter, moment), order, after, limit);
  std::vector<ExecutionEntry> then;
  for (auto& entry : page.entries) {
    auto state = state_at<execution::State>(app, workspace, {std::string(execution::kStreamKind), entry.id}, moment, Reading::as_far_as_possible);
    if (state && matches(filter, *state)) then.push_back({std::move(entry.id), *std::move(state)});
  }
  page.entries = std::move(then);
  return page;
}

}  // namespace ledger::http
