#include "projections/audit/audit.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "infra/postgres/copy.hpp"
#include "projections/audit/prompt_of.hpp"
#include "projections/sql_files.hpp"

namespace ledger::projections {
namespace {

constexpr std::string_view kColumns =
    "entry (topic, partition, height, workspace, recorded_at, occurred_at, actor, kind, stream, type, prompt, correlation_id)";
constexpr std::int16_t kFields = 12;

void put_entry(pg::CopyIn& copy, const log::Position& position, const RecordedEvent& event) {
  const auto& meta = event.meta;
  copy.row(kFields).text(position.partition.topic).int4(position.partition.number).int8(static_cast<std::int64_t>(position.height));
  copy.text(meta.workspace).time(meta.recorded_at).time(meta.occurred_at);
  copy.text(meta.actor).text(event.stream.kind).text(event.stream.text()).text(event.type);
  copy.text_or_null(prompt_of(event)).text(meta.correlation_id);
}

void put_entries(pg::Connection& connection, std::span<const Applied> batch) {
  pg::CopyIn copy{connection, kColumns};
  for (const auto& applied : batch) {
    if (applied.event) put_entry(copy, applied.position, *applied.event);
  }
  copy.finish();
}

const pg::Statement kPutWords{"audit.put_words", R"sql(
  INSERT INTO reason_word (word, recorded_at, occurred_at, height, partition, topic)
  SELECT word, recorded_at, occurred_at, height, partition, topic
  FROM unnest($1::text[], $2::int4[], $3::int8[], $4::timestamptz[], $5::timestamptz[], $6::text[], $7::text[])
    AS reasoned (topic, partition, height, recorded_at, occurred_at, workspace, reason), words_of(workspace, reason) AS word)sql"};

void put_words(pg::Connection& connection, std::span<const Applied> batch) {
  std::vector<std::string> topics, workspaces, reasons;
  std::vector<std::int32_t> partitions;
  std::vector<std::int64_t> heights;
  std::vector<Timestamp> recorded, occurred;
  for (const auto& applied : batch) {
    const auto& position = applied.position;
    const auto& event = applied.event;
    if (!event || !event->meta.reason) continue;
    topics.push_back(position.partition.topic);
    partitions.push_back(position.partition.number);
    heights.push_back(static_cast<std::int64_t>(position.height));
    recorded.push_back(event->meta.recorded_at);
    occurred.push_back(event->meta.occurred_at);
    workspaces.push_back(event->meta.workspace);
    reasons.push_back(*event->meta.reason);
  }
  if (!reasons.empty()) connection.run(kPutWords, pg::Params{topics, partitions, heights, recorded, occurred, workspaces, reasons});
}

}  // namespace

std::string_view AuditProjection::tables_sql() const { return sql_file("projections/audit/tables.sql"); }
std::string_view AuditProjection::indexes_sql() const { return sql_file("projections/audit/indexes.sql"); }

std::vector<Refusal> AuditProjection::apply(pg::Connection& connection, std::span<const Applied> batch) const {
  const auto is_event = [](const Applied& applied) { return applied.event.has_value(); };
  if (std::none_of(batch.begin(), batch.end(), is_event)) return {};
  put_entries(connection, batch);
  put_words(connection, batch);
  return {};
}

}  // namespace ledger::projections
