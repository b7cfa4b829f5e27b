#include "projections/proof/queries.hpp"

#include <algorithm>
#include <limits>

#include "projections/proof/trees.hpp"
#include "projections/record_bytes.hpp"

namespace ledger::projections {
namespace {

const pg::Statement kSize{"proof.size", "SELECT size FROM proof.tree WHERE topic = $1 AND partition = $2"};

const std::string kOfPartition = "SELECT size, root, note, event_id, signed_at FROM proof.signed_checkpoint WHERE topic = $1 AND partition = $2 AND ";
const std::string kCheckpointsSql = kOfPartition + "size < $3 ORDER BY size DESC LIMIT $4";
const pg::Statement kCheckpoints{"proof.checkpoints", kCheckpointsSql};
const std::string kCheckpointSql = kOfPartition + "size = $3";
const pg::Statement kCheckpoint{"proof.checkpoint", kCheckpointSql};
const std::string kCheckpointOverSql =
    kOfPartition + "size > $3 AND size <= (SELECT size FROM proof.tree WHERE topic = $1 AND partition = $2) ORDER BY size LIMIT 1";
const pg::Statement kCheckpointOver{"proof.checkpoint_over", kCheckpointOverSql};

std::int64_t stored(std::uint64_t number) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(std::min(number, kMost));
}

SignedCheckpoint checkpoint_of(const pg::Row& row) {
  return {.size = static_cast<std::uint64_t>(row.number(0)),
          .root = hash_of(row.bytes(1)),
          .note = std::string{row.text(2)},
          .event_id = std::string{row.text(3)},
          .signed_at = row.time(4)};
}

}  // namespace

std::uint64_t ProofQueries::size(const log::PartitionId& partition) {
  return pool_.read([&](pg::Connection& connection) -> std::uint64_t {
    const auto rows = connection.run(kSize, pg::Params{partition.topic, partition.number});
    return rows.empty() ? 0 : static_cast<std::uint64_t>(rows[0].number(0));
  });
}

std::vector<log::Hash> ProofQueries::hashes(const log::PartitionId& partition, const std::vector<log::Range>& ranges) {
  const auto tiles = pool_.read([&](pg::Connection& connection) { return load_tiles(connection, partition, tiles_of(ranges)); });
  std::vector<log::Hash> hashes;
  for (const auto& range : ranges) hashes.push_back(log::hash_of_range(range, [&](const log::Node& node) { return hash_in(tiles, node); }));
  return hashes;
}

log::Frontier ProofQueries::tree(const log::PartitionId& partition, std::uint64_t size) {
  std::vector<log::Range> subtrees;
  for (const auto& node : log::range_of_tree(size)) subtrees.push_back({node});
  return {size, hashes(partition, subtrees)};
}

std::vector<SignedCheckpoint> ProofQueries::checkpoints(const log::PartitionId& partition, std::optional<std::uint64_t> below, int limit) {
  return pool_.read([&](pg::Connection& connection) {
    std::vector<SignedCheckpoint> found;
    const auto mark = stored(below.value_or(std::numeric_limits<std::uint64_t>::max()));
    for (const pg::Row row : connection.run(kCheckpoints, pg::Params{partition.topic, partition.number, mark, std::int64_t{limit}})) found.push_back(checkpoint_of(row));
    return found;
  });
}

std::optional<SignedCheckpoint> ProofQueries::checkpoint(const log::PartitionId& partition, std::uint64_t size) {
  return pool_.read([&](pg::Connection& connection) -> std::optional<SignedCheckpoint> {
    const auto rows = connection.run(kCheckpoint, pg::Params{partition.topic, partition.number, stored(size)});
    return rows.empty() ? std::nullopt : std::optional{checkpoint_of(rows[0])};
  });
}

std::optional<SignedCheckpoint> ProofQueries::checkpoint_over(const log::PartitionId& partition, std::uint64_t height) {
  return pool_.read([&](pg::Connection& connection) -> std::optional<SignedCheckpoint> {
    const auto rows = connection.run(kCheckpointOver, pg::Params{partition.topic, partition.number, stored(height)});
    return rows.empty() ? std::nullopt : std::optional{checkpoint_of(rows[0])};
  });
}

}  // namespace ledger::projections
