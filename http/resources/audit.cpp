// Who changed what, when and why.

#include <algorithm>

#include "domain/json.hpp"
#include "domain/replay/stream_kind.hpp"
#include "http/exports/export_pages.hpp"
#include "http/exports/exports.hpp"
#include "http/min_position.hpp"
#include "http/past/audited.hpp"
#include "http/reading/list_format.hpp"
#include "http/reading/moment.hpp"
#include "http/reading/paging.hpp"
#include "http/resources/handlers.hpp"

namespace ledger::http {
namespace {

using projections::AuditFilter;
using projections::AuditPlace;
using projections::TimeOrder;

constexpr std::int64_t kPatchedMax = 100;

constexpr std::pair<std::string_view, TimeOrder> kOrders[] = {{"desc", TimeOrder::newest_first}, {"asc", TimeOrder::oldest_first}};

AuditFilter read_filter(Query& query) {
  AuditFilter filter{.actor = query.text("actor"), .kind = query.text("kind"), .type = query.text("type"), .prompt = query.text("prompt"), .correlation = query.text("correlation"),
                     .stream = query.text("stream"), .words = query.text("reason"), .clock = read_clock(query, true, "from or to"),
                     .from = query.time("from"), .until = query.time("to")};
  if (filter.kind && find_stream_kind(*filter.kind) == nullptr) query.refuse("kind", "must be a kind of stream");
  if (filter.stream && !StreamId::parse(*filter.stream)) query.refuse("stream", "must be a kind of stream and an id, as prompt/01a1fd47-e72d-7712-b447-264001802bda");
  if (filter.from && filter.until && *filter.from >= *filter.until) query.refuse("from", "must be before the period's end");
  return filter;
}

std::string payload_of(const AuditPlace& place) {
  const auto& [partition, height] = place.position;
  return std::to_string(place.at.time_since_epoch().count()) + "\n" + partition.topic + "\n" + std::to_string(partition.number) + "\n" + std::to_string(height);
}

AuditPlace place_of(const std::string& payload) {
  const auto [at, topic, partition, height] = lines_of<4>(payload);
  return {Timestamp{std::chrono::microseconds{to_integer(at).value_or(0)}},
          {{std::string(topic), static_cast<std::int32_t>(to_integer(partition).value_or(0))}, static_cast<std::uint64_t>(to_integer(height).value_or(0))}};
}

}  // namespace

Outcome list_audit(const Request& request, App& app) {
  Query query(request.query);
  const auto filter = read_filter(query);
  const auto order = query.choice<TimeOrder>("order", kOrders).value_or(TimeOrder::newest_first);
  const auto format = read_list_format(query, request);
  const auto patch = query.boolean("patch").value_or(false) ? Patch::with : Patch::without;
  if (patch == Patch::with && format == ListFormat::csv) query.refuse("patch", "stands in no table: ask for lines of JSON");
  const auto page = format == ListFormat::json ? query.page() : Page{};
  if (patch == Patch::with && page.limit > kPatchedMax) query.refuse("limit", "must be at most " + std::to_string(kPatchedMax) + " with patches: each may need a whole stream");
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto cursor = read_cursor(page, request, app);
  if (!cursor) return tl::unexpected(cursor.error());
  if (auto reached = await_min_position(request, app, *app.audit_reached); !reached) return tl::unexpected(reached.error());

  const auto& workspace = request.principal.workspace;
  if (format != ListFormat::json) return export_audit(app, workspace, {filter, order, format, patch});
  const auto after = *cursor ? std::optional(place_of(**cursor)) : std::nullopt;
  const auto found = app.audit->list(workspace, filter, order, after, static_cast<int>(page.limit));
  nlohmann::json items = nlohmann::json::array();
  // A few at a time, since the events may hold large texts.
  for (std::span<const projections::AuditEntry> rest = found.entries; !rest.empty();) {
    const auto few = rest.first(std::min<std::size_t>(rest.size(), kExportPage));
    for (auto& event : audited_json(app, workspace, few, patch, std::min(app.settings.min_position_wait_ms, request.time_left()))) items.push_back(std::move(event));
    rest = rest.subspan(few.size());
  }
  return list_reply(std::move(items), found.next ? std::optional(payload_of(*found.next)) : std::nullopt, request, app);
}

}  // namespace ledger::http
