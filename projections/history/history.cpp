#include "projections/history/history.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "infra/postgres/copy.hpp"
#include "log/sha256.hpp"
#include "projections/record_bytes.hpp"
#include "projections/sql_files.hpp"
#include "projections/storable.hpp"

namespace ledger::projections {
namespace {

constexpr std::string_view kEventColumns =
    "event (topic, partition, height, log_offset, append_time_ms, recorded_at, hash, prevhash, key, headers, value, "
    "event_id, stream, sequence, "
    "type, workspace, actor, correlation_id, command_id, command_digest, occurred_at, tags)";
constexpr std::int16_t kRecordFields = 11, kEnvelopeFields = 11;

// The history must take every record that counts. An envelope that no column or index can hold stays in the record's
// bytes alone.
bool has_columns(const Applied& applied) {
  if (!applied.event) return false;
  const auto& event = *applied.event;
  const std::array<std::string_view, 8> indexable{event.stream.kind,    event.stream.id,     event.type,
                                                  event.meta.workspace, event.meta.event_id, event.meta.actor,
                                                  event.command_id,     event.command_digest};
  return std::all_of(indexable.begin(), indexable.end(), is_indexable) && is_storable(event.meta.correlation_id) &&
         std::all_of(event.tags.begin(), event.tags.end(), is_storable);
}

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional{text};
}

void copy_envelope(pg::CopyIn& copy, const Applied& applied) {
  if (!has_columns(applied)) {
    for (int field = 0; field < kEnvelopeFields; ++field) copy.null();
    return;
  }
  const auto& event = *applied.event;
  copy.text(event.meta.event_id)
      .text(event.stream.text())
      .int8(static_cast<std::int64_t>(event.sequence))
      .text(event.type);
  copy.text(event.meta.workspace).text(event.meta.actor).text(event.meta.correlation_id);
  copy.text_or_null(unless_empty(event.command_id)).text_or_null(unless_empty(event.command_digest));
  copy.time(event.meta.occurred_at).texts(event.tags);
}

void copy_events(pg::Connection& connection, std::span<const Applied> batch) {
  pg::CopyIn copy{connection, kEventColumns};
  for (const auto& applied : batch) {
    const auto& [partition, height] = applied.position;
    const auto prevhash = log::parse_hash(applied.record.header("ce_prevhash").value_or("")).value_or(log::Hash{});
    copy.row(kRecordFields + kEnvelopeFields);
    copy.text(partition.topic)
        .int4(partition.number)
        .int8(static_cast<std::int64_t>(height))
        .int8(applied.offset)
        .int8(applied.append_time_ms);
    copy.time(pg::Time{std::chrono::microseconds{applied.head.recorded_us}})
        .bytes(bytes_of(applied.head.hash))
        .bytes(bytes_of(prevhash));
    copy.bytes(applied.record.key).bytes(encode_headers(applied.record.headers)).bytes(applied.record.value);
    copy_envelope(copy, applied);
  }
  copy.finish();
}

void copy_tags(pg::Connection& connection, std::span<const Applied> batch) {
  const auto tagged = [](const Applied& applied) { return applied.event && !applied.event->tags.empty(); };
  if (std::none_of(batch.begin(), batch.end(), tagged)) return;
  pg::CopyIn copy{connection, "event_tag (digest, topic, partition, height)"};
  for (const auto& applied : batch) {
    if (!tagged(applied)) continue;
    const auto& [partition, height] = applied.position;
    // An event may carry a tag twice; it is found by it once.
    const std::set<std::string_view> tags{applied.event->tags.begin(), applied.event->tags.end()};
    for (const auto tag : tags) {
      copy.row(4).bytes(tag_digest(applied.event->partition_key, tag)).text(partition.topic).int4(partition.number);
      copy.int8(static_cast<std::int64_t>(height));
    }
  }
  copy.finish();
}

}  // namespace

std::string_view HistoryProjection::tables_sql() const { return sql_file("projections/history/tables.sql"); }
std::string_view HistoryProjection::indexes_sql() const { return sql_file("projections/history/indexes.sql"); }

std::vector<Refusal> HistoryProjection::apply(pg::Connection& connection, std::span<const Applied> batch) const {
  copy_events(connection, batch);
  copy_tags(connection, batch);
  return {};
}

std::string tag_digest(std::string_view partition_key, std::string_view tag) {
  constexpr std::size_t kBytes = 16;
  return std::string{bytes_of(log::Sha256{}.lp(partition_key).lp(tag).finish()).substr(0, kBytes)};
}

}  // namespace ledger::projections
