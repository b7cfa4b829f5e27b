#include "projections/audit/audit.hpp"

#include <algorithm>

#include "infra/postgres/copy.hpp"
#include "projections/audit/prompt_of.hpp"
#include "projections/sql_files.hpp"

namespace ledger::projections {
namespace {

constexpr std::string_view kColumns =
    "entry (topic, partition, height, workspace, recorded_at, occurred_at, actor, kind, stream, type, prompt, correlation_id, reason)";
constexpr std::int16_t kFields = 13;

void put_entry(pg::CopyIn& copy, const log::Position& position, const RecordedEvent& event) {
  const auto& meta = event.meta;
  copy.row(kFields).text(position.partition.topic).int4(position.partition.number).int8(static_cast<std::int64_t>(position.height));
  copy.text(meta.workspace).time(meta.recorded_at).time(meta.occurred_at);
  copy.text(meta.actor).text(event.stream.kind).text(event.stream.text()).text(event.type);
  copy.text_or_null(prompt_of(event)).text(meta.correlation_id).text_or_null(meta.reason);
}

}  // namespace

std::string_view AuditProjection::tables_sql() const { return sql_file("projections/audit/tables.sql"); }
std::string_view AuditProjection::indexes_sql() const { return sql_file("projections/audit/indexes.sql"); }

std::vector<Refusal> AuditProjection::apply(pg::Connection& connection, std::span<const Applied> batch) const {
  const auto is_event = [](const Applied& applied) { return applied.event.has_value(); };
  if (std::none_of(batch.begin(), batch.end(), is_event)) return {};
  pg::CopyIn copy{connection, kColumns};
  for (const auto& applied : batch) {
    if (is_event(applied)) put_entry(copy, applied.position, *applied.event);
  }
  copy.finish();
  return {};
}

}  // namespace ledger::projections
