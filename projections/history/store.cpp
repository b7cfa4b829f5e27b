#include "projections/history/store.hpp"

#include <algorithm>
#include <stdexcept>

#include "projections/checkpoints.hpp"
#include "projections/history/history.hpp"
#include "projections/history/rows.hpp"

namespace ledger::projections {
namespace {

// One row at least, with the checkpoint or nulls; then one row per event. OFFSET 0 keeps each name's lookup a lookup by its own index:
// while the tables have no statistics, which is so in every new ledger, the planner takes a partition for a single row, and reads all of
// it three times over.
const pg::Statement kLoad{"history.load", R"sql(
  WITH wanted AS (
    SELECT found.height FROM unnest($3::text[]) AS of (stream),
      LATERAL (SELECT topic, partition, height FROM history.event WHERE stream = of.stream OFFSET 0) found
    WHERE found.topic = $1 AND found.partition = $2
    UNION
    SELECT found.height FROM unnest($4::bytea[]) AS of (digest),
      LATERAL (SELECT topic, partition, height FROM history.event_tag WHERE digest = of.digest OFFSET 0) found
    WHERE found.topic = $1 AND found.partition = $2
    UNION
    SELECT found.height FROM unnest($5::text[]) AS of (command_id),
      LATERAL (SELECT topic, partition, height FROM history.event WHERE command_id = of.command_id OFFSET 0) found
    WHERE found.topic = $1 AND found.partition = $2
  )
  SELECT c.next_offset, c.head_offset, c.head, c.height, c.head_recorded_us, e.height, e.headers, e.value
  FROM (SELECT 1) always
  LEFT JOIN history.checkpoint c ON c.topic = $1 AND c.partition = $2
  LEFT JOIN (
    SELECT wanted.height, record.headers, record.value FROM wanted,
      LATERAL (SELECT headers, value FROM history.event WHERE topic = $1 AND partition = $2 AND height = wanted.height OFFSET 0) record
  ) e ON true
  ORDER BY e.height)sql"};

const pg::Statement kCheckpoints{"history.checkpoints", R"sql(
  SELECT topic, partition, next_offset, head_offset, head, height, head_recorded_us
  FROM history.checkpoint WHERE topic = ANY($1) ORDER BY topic, partition)sql"};

bool is_asked_for(const HistoryQuery& query, const RecordedEvent& event) {
  if (std::find(query.streams.begin(), query.streams.end(), event.stream.text()) != query.streams.end()) return true;
  if (std::find(query.command_ids.begin(), query.command_ids.end(), event.command_id) != query.command_ids.end())
    return true;
  return std::any_of(query.tags.begin(), query.tags.end(), [&event](const HistoryQuery::Tag& wanted) {
    return wanted.partition_key == event.partition_key &&
           std::find(event.tags.begin(), event.tags.end(), wanted.tag) != event.tags.end();
  });
}

// The model is not there yet: no partition has begun.
bool is_unborn(const pg::Fault& fault) { return fault.code == pg::Code::missing; }

tl::unexpected<HistoryFault> away(const std::exception& why) { return tl::unexpected{HistoryFault{why.what()}}; }

}  // namespace

Result<HistorySlice, HistoryFault> HistoryStore::load(const HistoryQuery& query, std::chrono::milliseconds timeout) {
  std::vector<std::string> digests;
  std::vector<pg::Bytes> views;
  digests.reserve(query.tags.size());
  for (const auto& tag : query.tags) digests.push_back(tag_digest(tag.partition_key, tag.tag));
  for (const auto& digest : digests) views.push_back({digest});
  const pg::Params params{query.partition.topic, query.partition.number, query.streams, views, query.command_ids};
  try {
    return pool_.read(timeout, [&](pg::Connection& connection) {
      HistorySlice slice;
      const auto rows = connection.run(kLoad, params);
      if (!rows[0].is_null(0)) slice.checkpoint = anchor_of(rows[0], 0);
      for (const pg::Row row : rows) {
        if (row.is_null(5)) continue;
        auto event = event_of(row.bytes(6), row.bytes(7));
        // Two tags may share a digest; what was not asked for stays out.
        if (is_asked_for(query, event))
          slice.rows.push_back({static_cast<std::uint64_t>(row.number(5)), std::move(event)});
      }
      return slice;
    });
  } catch (const pg::Fault& fault) {
    if (is_unborn(fault)) return HistorySlice{};
    return away(fault);
  } catch (const std::logic_error& unreadable) {
    return away(unreadable);  // damaged rows: nothing may be decided on them
  }
}

Result<std::vector<History::Checkpoint>, HistoryFault> HistoryStore::checkpoints(const std::vector<std::string>& topics,
                                                                                 std::chrono::milliseconds timeout) {
  try {
    return pool_.read(timeout, [&](pg::Connection& connection) {
      std::vector<Checkpoint> out;
      for (const pg::Row row : connection.run(kCheckpoints, pg::Params{topics})) {
        out.push_back({{std::string{row.text(0)}, static_cast<std::int32_t>(row.number(1))}, anchor_of(row, 2)});
      }
      return out;
    });
  } catch (const pg::Fault& fault) {
    if (is_unborn(fault)) return std::vector<Checkpoint>{};
    return away(fault);
  }
}

}  // namespace ledger::projections
