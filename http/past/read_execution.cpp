#include "http/past/read_execution.hpp"

#include "http/min_position.hpp"
#include "http/past/past.hpp"
#include "projections/executions/queries.hpp"

namespace ledger::http {
namespace {

using projections::ExecutionEntry;

std::optional<ExecutionEntry> read_past(const Request& request, const App& app, const std::string& id, const Moment& moment) {
  auto state = state_at<execution::State>(app, request.principal.workspace, {std::string(execution::kStreamKind), id}, moment);
  return state ? std::optional(ExecutionEntry{id, *std::move(state)}) : std::nullopt;
}

}  // namespace

Result<void, Problem> await_executions(const Request& request, const App& app) {
  return await_min_position(request, app, *app.executions_reached).and_then([&] { return await_min_position(request, app, *app.definitions_reached); });
}

Result<ExecutionEntry, Problem> read_execution(const Request& request, const App& app, const Moment& moment) {
  const auto id = request.id("id");
  if (!id) return tl::unexpected(id.error());
  if (auto reached = moment.now() ? await_executions(request, app) : await_moment(moment, request, app, *app.history_reached); !reached) return tl::unexpected(reached.error());
  auto entry = moment.now() ? app.executions->by_id(request.principal.workspace, *id) : read_past(request, app, *id, moment);
  if (entry) return *std::move(entry);
  const std::string sentence = moment.now() ? "There is no execution " + *id + "." : "There was no execution " + *id + " at that moment.";
  return tl::unexpected(problem(Code::not_found, sentence));
}

}  // namespace ledger::http
