#include "projections/history/queries.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "projections/history/history.hpp"
#include "projections/history/rows.hpp"
#include "projections/record_bytes.hpp"

namespace ledger::projections {
namespace {

constexpr std::int64_t kUnbounded = std::numeric_limits<std::int64_t>::max();
constexpr int kChunk = 2'000;

const pg::Statement kStream{"history.stream", R"sql(
  SELECT topic, partition, height, hash, headers, value FROM history.event
  WHERE stream = $1 AND workspace = $2 AND sequence BETWEEN $3 AND $4 AND recorded_at <= $5
  ORDER BY sequence, topic, partition, height LIMIT $6)sql"};

// In the order of stream and version, behind ($2, $3), within the names of one kind: [$4, $5).
const pg::Statement kWorkspace{"history.workspace", R"sql(
  SELECT topic, partition, height, stream, sequence, headers, value FROM history.event
  WHERE (stream, sequence) > ($2, $3) AND stream >= $4 AND stream < $5 AND workspace = $1 AND recorded_at <= $6
  ORDER BY stream, sequence LIMIT $7)sql"};

// By the clock of occurrence a stream ends before the first of its events that happened later. Positions ($6 to $8) bound it only when $9 is true.
const pg::Statement kVersionAt{"history.version_at", R"sql(
  SELECT coalesce(max(sequence), 0) FROM history.event e
  WHERE stream = $1 AND workspace = $2 AND sequence <= $3 AND recorded_at <= $4
    AND sequence < coalesce((SELECT sequence FROM history.event WHERE stream = $1 AND workspace = $2 AND occurred_at > $5 ORDER BY sequence LIMIT 1),
                            9223372036854775807)
    AND (NOT $9::bool OR EXISTS (
      SELECT 1 FROM unnest($6::text[], $7::int4[], $8::int8[]) AS p(topic, partition, height)
      WHERE p.topic = e.topic AND p.partition = e.partition AND e.height <= p.height)))sql"};

// Per partition its next events; a partition without any still says where it stands.
const pg::Statement kAfter{"history.after", R"sql(
  SELECT c.topic, c.partition, c.height, e.height, e.hash, e.headers, e.value
  FROM history.checkpoint c
  LEFT JOIN unnest($2::text[], $3::int4[], $4::int8[]) AS p(topic, partition, height) ON p.topic = c.topic AND p.partition = c.partition
  LEFT JOIN LATERAL (
    SELECT height, hash, headers, value, recorded_at FROM history.event
    WHERE topic = c.topic AND partition = c.partition AND height > coalesce(p.height, -1) AND workspace = $1
    ORDER BY height LIMIT $5
  ) e ON true
  ORDER BY e.recorded_at NULLS LAST, c.topic, c.partition, e.height)sql"};

const pg::Statement kRecord{"history.record", R"sql(
  SELECT topic, partition, height, key, headers, value FROM history.event WHERE event_id = $1 AND workspace = $2 ORDER BY recorded_at LIMIT 1)sql"};

// Each place by itself, as in history.load: whatever the planner thinks of the table.
const pg::Statement kAt{"history.at", R"sql(
  SELECT e.topic, e.partition, e.height, e.hash, e.headers, e.value
  FROM unnest($1::text[], $2::int4[], $3::int8[]) WITH ORDINALITY AS of (topic, partition, height, place)
  JOIN LATERAL (SELECT * FROM history.event WHERE topic = of.topic AND partition = of.partition AND height = of.height OFFSET 0) e ON true
  ORDER BY of.place)sql"};

const pg::Statement kTagged{"history.tagged", R"sql(
  SELECT t.topic, t.partition, t.height, e.hash, e.headers, e.value
  FROM (SELECT topic, partition, height FROM history.event_tag WHERE digest = $1 AND (topic, partition, height) > ($2, $3, $4)
    ORDER BY topic, partition, height LIMIT $5) t
  JOIN LATERAL (SELECT * FROM history.event WHERE topic = t.topic AND partition = t.partition AND height = t.height OFFSET 0) e ON true
  ORDER BY t.topic, t.partition, t.height)sql"};

const pg::Statement kNow{"history.now",
                         "SELECT topic, partition, height FROM history.checkpoint ORDER BY topic, partition"};

Timestamp end_of_time() { return Timestamp{std::chrono::microseconds{253'402'300'799'999'999}}; }  // 9999-12-31

log::Position position_of(const pg::Row& row) {
  return {{std::string{row.text(0)}, static_cast<std::int32_t>(row.number(1))},
          static_cast<std::uint64_t>(row.number(2))};
}

std::int64_t version_or(const std::optional<std::uint64_t>& version, std::int64_t otherwise) {
  return version ? static_cast<std::int64_t>(std::min<std::uint64_t>(*version, static_cast<std::uint64_t>(kUnbounded)))
                 : otherwise;
}

std::optional<Timestamp> recorded_until(const Moment& moment) {
  return moment.clock == Clock::recorded ? moment.as_of : std::nullopt;
}

// Positions as parameters of a statement.
struct PositionArrays {
  explicit PositionArrays(const std::vector<log::Position>& positions) {
    for (const auto& [partition, height] : positions) {
      topics.push_back(partition.topic);
      partitions.push_back(partition.number);
      heights.push_back(static_cast<std::int64_t>(height));
    }
  }

  std::vector<std::string> topics;
  std::vector<std::int32_t> partitions;
  std::vector<std::int64_t> heights;
};

}  // namespace

std::vector<HistoryEvent> HistoryQueries::stream(const std::string& workspace, const StreamId& stream,
                                                 const StreamRange& range) {
  const pg::Params params{stream.text(),
                          workspace,
                          version_or(range.from_version, 0),
                          version_or(range.to_version, kUnbounded),
                          range.recorded_until.value_or(end_of_time()),
                          static_cast<std::int64_t>(range.limit)};
  return pool_.read([&](pg::Connection& connection) {
    std::vector<HistoryEvent> out;
    for (const pg::Row row : connection.run(kStream, params)) {
      out.push_back({position_of(row), hash_of(row.bytes(3)), event_of(row.bytes(4), row.bytes(5))});
    }
    return out;
  });
}

std::vector<HistoryEvent> HistoryQueries::stream_at(const std::string& workspace, const StreamId& stream,
                                                    const Moment& moment, std::uint64_t from_version) {
  std::vector<HistoryEvent> out;
  StreamRange range{.from_version = from_version, .to_version = moment.at_version, .recorded_until = recorded_until(moment), .limit = kChunk};
  for (;;) {
    auto chunk = this->stream(workspace, stream, range);
    const bool last = chunk.size() < kChunk;
    for (auto& event : chunk) {
      if (moment.precedes(event.position, event.event)) return out;
      range.from_version = event.event.sequence + 1;
      out.push_back(std::move(event));
    }
    if (last) return out;
  }
}

std::uint64_t HistoryQueries::version_at(const std::string& workspace, const StreamId& stream, const Moment& moment) {
  const bool by_occurrence = moment.as_of && moment.clock == Clock::occurred;
  const PositionArrays reached{moment.at_position.value_or(std::vector<log::Position>{})};
  const pg::Params params{stream.text(),
                          workspace,
                          version_or(moment.at_version, kUnbounded),
                          recorded_until(moment).value_or(end_of_time()),
                          by_occurrence ? *moment.as_of : end_of_time(),
                          reached.topics,
                          reached.partitions,
                          reached.heights,
                          moment.at_position.has_value()};
  return pool_.read([&](pg::Connection& connection) { return static_cast<std::uint64_t>(connection.run(kVersionAt, params)[0].number(0)); });
}

void HistoryQueries::workspace_at(const std::string& workspace, const std::string& kind, const Moment& moment,
                                  const Visit& visit) {
  const auto lease = pool_.lease();
  pg::Transaction snapshot{*lease, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};
  std::string stream;
  std::int64_t sequence = 0;
  std::vector<RecordedEvent> events;
  bool past_moment = false;  // of the present stream: what follows had not been yet
  const auto finish_stream = [&] {
    if (!events.empty()) visit(stream, events);
    events.clear();
    past_moment = false;
  };
  for (;;) {
    const auto rows =
        lease->run(kWorkspace, pg::Params{workspace, stream, sequence, kind + "/", kind + "0",
                                          recorded_until(moment).value_or(end_of_time()), std::int64_t{kChunk}});
    for (const pg::Row row : rows) {
      if (row.text(3) != stream) finish_stream();
      stream = row.text(3);
      sequence = row.number(4);
      if (past_moment) continue;
      auto event = event_of(row.bytes(5), row.bytes(6));
      past_moment = moment.precedes(position_of(row), event);
      if (!past_moment) events.push_back(std::move(event));
    }
    if (rows.size() < kChunk) break;
  }
  finish_stream();
  snapshot.commit();
}

EventsPage HistoryQueries::after(const std::string& workspace, const std::vector<log::Position>& positions, int limit) {
  const PositionArrays from{positions};
  const pg::Params params{workspace, from.topics, from.partitions, from.heights, static_cast<std::int64_t>(limit)};
  return pool_.read([&](pg::Connection& connection) {
    EventsPage page;
    std::map<log::PartitionId, std::uint64_t> seen;
    std::map<log::PartitionId, int> given;
    const auto rows = connection.run(kAfter, params);
    for (const pg::Row row : rows) {
      const auto checkpoint = position_of(row);
      seen.try_emplace(checkpoint.partition, checkpoint.height);
      if (row.is_null(3)) continue;
      auto& count = given[checkpoint.partition];
      // Behind what no longer fits the page, and behind a partition's full share, there may be more: seen ends there.
      if (static_cast<int>(page.events.size()) == limit) {
        if (count >= 0) seen[checkpoint.partition] = static_cast<std::uint64_t>(row.number(3)) - 1;
        count = -1;
        continue;
      }
      const log::Position position{checkpoint.partition, static_cast<std::uint64_t>(row.number(3))};
      if (++count == limit) seen[checkpoint.partition] = position.height;
      page.events.push_back({position, hash_of(row.bytes(4)), event_of(row.bytes(5), row.bytes(6))});
    }
    for (const auto& position : positions) {
      auto& height = seen.try_emplace(position.partition, position.height).first->second;
      height = std::max(height, position.height);
    }
    for (const auto& [partition, height] : seen) page.seen.push_back({partition, height});
    return page;
  });
}

std::optional<HistoryQueries::StoredRecord> HistoryQueries::record(const std::string& workspace, const std::string& event_id) {
  return pool_.read([&](pg::Connection& connection) -> std::optional<StoredRecord> {
    const auto rows = connection.run(kRecord, pg::Params{event_id, workspace});
    if (rows.empty()) return std::nullopt;
    const auto row = rows[0];
    return StoredRecord{position_of(row), {std::string{row.bytes(3)}, decode_headers(row.bytes(4)).value_or(std::vector<log::Header>{}), std::string{row.bytes(5)}}};
  });
}

std::vector<HistoryEvent> HistoryQueries::tagged(const std::string& workspace, const std::string& partition_key, const std::string& tag, const std::optional<log::Position>& after, int limit) {
  const auto digest = tag_digest(partition_key, tag);
  const auto place = after.value_or(log::Position{{"", -1}, 0});
  const pg::Params params{pg::Bytes{digest}, place.partition.topic, place.partition.number, static_cast<std::int64_t>(place.height), static_cast<std::int64_t>(limit)};
  return pool_.read([&](pg::Connection& connection) {
    std::vector<HistoryEvent> out;
    for (const pg::Row row : connection.run(kTagged, params)) out.push_back({position_of(row), hash_of(row.bytes(3)), event_of(row.bytes(4), row.bytes(5))});
    // Two tags may share a digest.
    std::erase_if(out, [&](const HistoryEvent& one) {
      return one.event.meta.workspace != workspace || one.event.partition_key != partition_key || std::ranges::find(one.event.tags, tag) == one.event.tags.end();
    });
    return out;
  });
}

std::vector<HistoryEvent> HistoryQueries::at(const std::string& workspace, const std::vector<log::Position>& positions) {
  const PositionArrays places{positions};
  return pool_.read([&](pg::Connection& connection) {
    std::vector<HistoryEvent> out;
    for (const pg::Row row : connection.run(kAt, pg::Params{places.topics, places.partitions, places.heights})) {
      auto event = event_of(row.bytes(4), row.bytes(5));
      if (event.meta.workspace == workspace) out.push_back({position_of(row), hash_of(row.bytes(3)), std::move(event)});
    }
    return out;
  });
}

std::vector<log::Position> HistoryQueries::now() {
  return pool_.read([](pg::Connection& connection) {
    std::vector<log::Position> out;
    for (const pg::Row row : connection.run(kNow)) out.push_back(position_of(row));
    return out;
  });
}

}  // namespace ledger::projections
