#include "projections/proof/trees.hpp"

#include <stdexcept>

#include "projections/record_bytes.hpp"

namespace ledger::projections {
namespace {

const pg::Statement kLoad{"proof.load_tree", "SELECT size, frontier, last_event FROM tree WHERE topic = $1 AND partition = $2"};

const pg::Statement kWriteTree{"proof.write_tree", R"sql(
  INSERT INTO tree (topic, partition, size, frontier, last_event) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (topic, partition) DO UPDATE SET size = excluded.size, frontier = excluded.frontier, last_event = excluded.last_event)sql"};

const pg::Statement kWriteTiles{"proof.write_tiles", R"sql(
  INSERT INTO tile (topic, partition, level, number, hashes) SELECT $1, $2, level, number, hashes FROM unnest($3::int4[], $4::int8[], $5::bytea[]) AS t(level, number, hashes)
  ON CONFLICT (topic, partition, level, number) DO UPDATE SET hashes = tile.hashes || excluded.hashes)sql"};

const pg::Statement kTiles{"proof.tiles", R"sql(
  SELECT t.level, t.number, t.hashes FROM unnest($3::int4[], $4::int8[]) AS wanted(level, number)
  JOIN proof.tile t ON t.topic = $1 AND t.partition = $2 AND t.level = wanted.level AND t.number = wanted.number)sql"};

}  // namespace

std::string frontier_bytes(const log::Frontier& tree) {
  std::string bytes;
  for (const auto& hash : tree.hashes()) bytes.append(bytes_of(hash));
  return bytes;
}

log::Frontier frontier_of(std::uint64_t size, std::string_view bytes) {
  constexpr std::size_t kHashBytes = std::tuple_size_v<log::Hash>;
  if (bytes.size() % kHashBytes != 0) throw std::runtime_error{"a tree's frontier is damaged in the proof model"};
  std::vector<log::Hash> hashes;
  for (std::size_t at = 0; at < bytes.size(); at += kHashBytes) hashes.push_back(hash_of(bytes.substr(at, kHashBytes)));
  try {
    return {size, std::move(hashes)};
  } catch (const std::invalid_argument& wrong) {
    throw std::runtime_error{std::string{"a tree's frontier is damaged in the proof model: "} + wrong.what()};
  }
}

TreeGrowth load_tree(pg::Connection& connection, const log::PartitionId& partition) {
  const auto rows = connection.run(kLoad, pg::Params{partition.topic, partition.number});
  if (rows.empty()) return {};
  return {.tree = frontier_of(static_cast<std::uint64_t>(rows[0].number(0)), rows[0].bytes(1)), .last_event = rows[0].number(2), .added = {}};
}

Tiles load_tiles(pg::Connection& connection, const log::PartitionId& partition, const std::vector<Tile>& wanted) {
  std::vector<std::int32_t> levels;
  std::vector<std::int64_t> numbers;
  for (const auto& tile : wanted) {
    levels.push_back(static_cast<std::int32_t>(tile.level));
    numbers.push_back(static_cast<std::int64_t>(tile.number));
  }
  Tiles tiles;
  for (const pg::Row row : connection.run(kTiles, pg::Params{partition.topic, partition.number, levels, numbers})) {
    tiles.emplace(Tile{static_cast<std::uint32_t>(row.number(0)), static_cast<std::uint64_t>(row.number(1))}, row.bytes(2));
  }
  return tiles;
}

void write_tree(pg::Connection& connection, const log::PartitionId& partition, const TreeGrowth& growth) {
  std::vector<std::int32_t> levels;
  std::vector<std::int64_t> numbers;
  std::vector<pg::Bytes> hashes;
  for (const auto& [tile, bytes] : growth.added) {
    levels.push_back(static_cast<std::int32_t>(tile.level));
    numbers.push_back(static_cast<std::int64_t>(tile.number));
    hashes.push_back({bytes});
  }
  connection.run(kWriteTiles, pg::Params{partition.topic, partition.number, levels, numbers, hashes});
  connection.run(kWriteTree, pg::Params{partition.topic, partition.number, static_cast<std::int64_t>(growth.tree.size()), pg::Bytes{frontier_bytes(growth.tree)},
                                        growth.last_event});
}

}  // namespace ledger::projections
