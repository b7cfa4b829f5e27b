// Driving an execution from outside, and its log.

#include "commands/execution/propose.hpp"
#include "domain/json.hpp"
#include "http/changes/changed.hpp"
#include "http/changes/execution_place.hpp"
#include "http/changes/give.hpp"
#include "http/changes/seal_texts.hpp"
#include "http/json/execution_json.hpp"
#include "http/past/read_execution.hpp"
#include "http/reading/execution_fields.hpp"
#include "http/reading/paging.hpp"
#include "http/reading/text.hpp"
#include "http/resources/handlers.hpp"

namespace ledger::http {
namespace {

// What a command brings of its execution's subject.
template <class Command>
Result<void, Problem> seal_texts(Command&, const std::string&, const Request&, const App&) {
  return {};
}
template <class Command>
  requires requires(Command command) { command.ending; }
Result<void, Problem> seal_texts(Command& command, const std::string& id, const Request& request, const App& app) {
  return seal_output(command.ending, id, request, app);
}

// What is asked is read, proposed to the execution's partition, and answered with what the execution is now.
template <class Read>
Outcome drive(const Request& request, App& app, Read read) {
  Fields fields(request.body_or_empty());
  auto command = read(fields);
  const auto id = request.id("id");
  if (!id) return tl::unexpected(id.error());
  const auto annotations = read_annotations(fields);
  if (auto ok = fields.done(); !ok) return tl::unexpected(ok.error());
  const auto caller = caller_of(request, app, execution::partition_key(*id), annotations);
  if (!caller) return tl::unexpected(caller.error());
  if (auto sealed = seal_texts(command, *id, request, app); !sealed) return tl::unexpected(sealed.error());
  return give(execution::propose(*id, std::move(command), *caller, now()), request, app).and_then([&](const Accepted& accepted) {
    return answer_change(accepted, request, app);
  });
}

}  // namespace

Outcome start_execution(const Request& request, App& app) {
  return drive(request, app, [](Fields&) { return execution::Start{}; });
}
Outcome cancel_execution(const Request& request, App& app) {
  return drive(request, app, [](Fields&) { return execution::Cancel{}; });
}
Outcome complete_execution(const Request& request, App& app) { return drive(request, app, read_complete); }
Outcome fail_execution(const Request& request, App& app) { return drive(request, app, read_fail); }
Outcome validate_execution(const Request& request, App& app) { return drive(request, app, read_validate); }
Outcome append_execution_log(const Request& request, App& app) { return drive(request, app, read_log_line); }

Outcome list_execution_logs(const Request& request, App& app) {
  Query query(request.query);
  const auto level = read_log_level(query);
  const auto page = query.page();
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto cursor = read_cursor(page, request, app);
  if (!cursor) return tl::unexpected(cursor.error());
  const auto entry = read_execution(request, app, {});
  if (!entry) return tl::unexpected(entry.error());
  const auto after = *cursor ? to_integer(**cursor).value_or(0) : 0;
  const auto found = app.executions->log(request.principal.workspace, entry->id, level, static_cast<std::uint64_t>(after), static_cast<int>(page.limit));
  nlohmann::json items = nlohmann::json::array();
  for (const auto& line : found.lines) items.push_back(log_line_json(line));
  return list_reply(std::move(items), found.more ? std::optional(std::to_string(found.lines.back().number)) : std::nullopt, request, app);
}

}  // namespace ledger::http
