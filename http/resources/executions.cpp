// Recording and reading executions.

#include "commands/execution/propose.hpp"
#include "domain/json.hpp"
#include "http/batch/execution_batch.hpp"
#include "http/changes/changed.hpp"
#include "http/changes/execution_place.hpp"
#include "http/changes/give.hpp"
#include "http/changes/seal_texts.hpp"
#include "http/json/execution_json.hpp"
#include "http/json/personal_json.hpp"
#include "http/min_position.hpp"
#include "http/past/execution_list.hpp"
#include "http/past/past.hpp"
#include "http/past/read_execution.hpp"
#include "http/past/read_prompt.hpp"
#include "http/pricing.hpp"
#include "http/reading/execution_fields.hpp"
#include "http/reading/paging.hpp"
#include "http/resources/handlers.hpp"

namespace ledger::http {
namespace {

using projections::TimeOrder;

constexpr std::pair<std::string_view, TimeOrder> kSorts[] = {{"created_at", TimeOrder::oldest_first}, {"-created_at", TimeOrder::newest_first}};

}  // namespace

Outcome record_execution(const Request& request, App& app) {
  Fields fields(request.body());
  auto read = read_record(fields);
  const auto annotations = read_annotations(fields);
  if (auto ok = fields.done(); !ok) return tl::unexpected(ok.error());
  auto& command = read.command;

  const auto found = find_named_version(request, app, command.request.prompt, read.wanted());
  const auto context = context_of(read, found);
  command.request.version = found.value_or(projections::NamedVersion{}).number;

  const std::string id = execution_id_for(request, app, read.id);
  const auto caller = caller_of(request, app, execution::partition_key(id), annotations);
  if (!caller) return tl::unexpected(caller.error());
  if (read.subject) {
    if (auto sealed = seal_record(command, id, *read.subject, request, app); !sealed) return tl::unexpected(sealed.error());
  }
  return give(execution::propose(id, std::move(command), context, *caller, now()), request, app).and_then([&](const Accepted& accepted) {
    return answer_change(accepted, request, app);
  });
}

Outcome record_execution_batch(const Request& request, App& app) {
  const auto key = request.idempotency_key();
  if (!key) return tl::unexpected(key.error());
  auto caller = caller_of(request, app, "", {});
  if (!caller) return tl::unexpected(caller.error());
  caller->key.reset();                 // lines are told apart by their ids
  caller->expected.reset();
  Reply reply;
  reply.content_type = "application/x-ndjson";
  reply.exchange_bytes = ExecutionBatch::bytes_held(app.settings.batch);
  reply.exchange = [request, caller = *caller, key = *key, &app](Exchange& exchange) { ExecutionBatch(request, caller, key, app).run(exchange); };
  return reply;
}

Outcome list_executions(const Request& request, App& app) {
  Query query(request.query);
  const auto filter = read_execution_filter(query);
  const auto order = query.choice<TimeOrder>("sort", kSorts).value_or(TimeOrder::newest_first);
  const auto moment = read_as_of(query, app.settings.topic_prefix);
  const auto page = query.page();
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto cursor = read_cursor(page, request, app);
  if (!cursor) return tl::unexpected(cursor.error());
  if (auto reached = await_executions(request, app); !reached) return tl::unexpected(reached.error());
  if (auto reached = moment.now() ? Result<void, Problem>{} : await_moment(moment, request, app, *app.history_reached); !reached) return tl::unexpected(reached.error());
  const auto& workspace = request.principal.workspace;
  const auto after = *cursor ? std::optional(mark_of(**cursor)) : std::nullopt;
  const auto limit = static_cast<int>(page.limit);
  const auto found = moment.now() ? app.executions->list(workspace, filter, order, after, limit) : list_past(app, workspace, moment, filter, order, after, limit);
  const auto keys = keys_of(found.entries, app);
  const auto prices = prices_for(found.entries, workspace, app, moment);
  nlohmann::json items = nlohmann::json::array();
  for (const auto& entry : found.entries) items.push_back(execution_json(entry.id, entry.state, keys, cost_by(prices, entry.state)));
  return list_reply(std::move(items), found.next ? std::optional(payload_of(*found.next)) : std::nullopt, request, app);
}

Outcome show_execution(const Request& request, App& app) {
  Query query(request.query);
  const auto moment = read_moment(query, app.settings.topic_prefix);
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  return read_execution(request, app, moment).map([&](const projections::ExecutionEntry& entry) {
    const auto prices = prices_for({&entry, 1}, request.principal.workspace, app, moment);
    return json_reply(200, execution_json(entry.id, entry.state, keys_of(entry.state, app), cost_by(prices, entry.state))).tagged(entry.state.version);
  });
}

}  // namespace ledger::http
