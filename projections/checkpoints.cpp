#include "projections/checkpoints.hpp"

#include "projections/record_bytes.hpp"

namespace ledger::projections {
namespace {

const pg::Statement kLoad{"model.checkpoints", R"sql(
  SELECT topic, partition, next_offset, head_offset, head, height, head_recorded_us FROM checkpoint)sql"};

const pg::Statement kBegin{"model.checkpoint_begin", R"sql(
  INSERT INTO checkpoint (topic, partition, next_offset, head_offset, head, height, head_recorded_us)
  SELECT c.* FROM unnest($2::text[], $3::int4[], $4::int8[], $5::int8[], $6::bytea[], $7::int8[], $8::int8[]) AS c
  WHERE (SELECT version FROM model) = $1
  ORDER BY 1, 2
  ON CONFLICT DO NOTHING)sql"};

// Locks the rows in the order of their names first, so that two that want several never wait for each other.
const pg::Statement kMove{"model.checkpoint_move", R"sql(
  WITH step AS (
    SELECT * FROM unnest($2::text[], $3::int4[], $4::int8[], $5::int8[], $6::bytea[], $7::int8[], $8::int8[], $9::int8[], $10::bytea[])
      AS s(topic, partition, next_offset, head_offset, head, height, head_recorded_us, from_offset, from_head)
  ), locked AS (
    SELECT c.topic, c.partition FROM checkpoint c JOIN step s USING (topic, partition) ORDER BY c.topic, c.partition FOR UPDATE OF c
  )
  UPDATE checkpoint c
  SET next_offset = s.next_offset, head_offset = s.head_offset, head = s.head, height = s.height, head_recorded_us = s.head_recorded_us
  FROM step s JOIN locked l USING (topic, partition)
  WHERE c.topic = s.topic AND c.partition = s.partition AND c.next_offset = s.from_offset AND c.head = s.from_head
    AND (SELECT version FROM model) = $1)sql"};

// Checkpoints as one array per column.
struct Columns {
  std::vector<std::string> topics;
  std::vector<std::int32_t> partitions;
  std::vector<std::int64_t> next_offsets, head_offsets, heights, recorded, from_offsets;
  std::vector<pg::Bytes> heads, from_heads;

  void add(const Move& move) {
    topics.push_back(move.partition.topic);
    partitions.push_back(move.partition.number);
    next_offsets.push_back(move.to.next_offset);
    head_offsets.push_back(move.to.head_offset);
    heads.push_back({bytes_of(move.to.head.hash)});
    heights.push_back(static_cast<std::int64_t>(move.to.head.height));
    recorded.push_back(move.to.head.recorded_us);
    if (!move.from) return;
    from_offsets.push_back(move.from->next_offset);
    from_heads.push_back({bytes_of(move.from->head.hash)});
  }
};

Anchors read(const pg::Rows& rows) {
  Anchors anchors;
  for (const pg::Row row : rows) {
    anchors.emplace(log::PartitionId{std::string{row.text(0)}, static_cast<std::int32_t>(row.number(1))},
                    anchor_of(row, 2));
  }
  return anchors;
}

}  // namespace

log::Anchor anchor_of(const pg::Row& row, int first_column) {
  log::Anchor anchor;
  anchor.next_offset = row.number(first_column);
  anchor.head_offset = row.number(first_column + 1);
  anchor.head.hash = hash_of(row.bytes(first_column + 2));
  anchor.head.height = static_cast<std::uint64_t>(row.number(first_column + 3));
  anchor.head.recorded_us = row.number(first_column + 4);
  return anchor;
}

Anchors load_checkpoints(pg::Connection& connection) { return read(connection.run(kLoad)); }

Anchors load_checkpoints(pg::Connection& connection, const std::string& schema) {
  return read(
      connection.query("SELECT topic, partition, next_offset, head_offset, head, height, head_recorded_us FROM " +
                       pg::quote_name(schema) + ".checkpoint"));
}

bool move_checkpoints(pg::Connection& connection, int version, const std::vector<Move>& moves) {
  Columns begun, moved;
  for (const auto& move : moves) (move.from ? moved : begun).add(move);
  const auto all = [](const Columns& columns, std::int64_t affected) {
    return affected == static_cast<std::int64_t>(columns.topics.size());
  };

  if (!moved.topics.empty()) {
    const auto rows = connection.run(
        kMove, pg::Params{version, moved.topics, moved.partitions, moved.next_offsets, moved.head_offsets, moved.heads,
                          moved.heights, moved.recorded, moved.from_offsets, moved.from_heads});
    if (!all(moved, rows.affected())) return false;
  }
  if (!begun.topics.empty()) {
    const auto rows =
        connection.run(kBegin, pg::Params{version, begun.topics, begun.partitions, begun.next_offsets,
                                          begun.head_offsets, begun.heads, begun.heights, begun.recorded});
    if (!all(begun, rows.affected())) return false;
  }
  return true;
}

}  // namespace ledger::projections
