#pragma once

#include <cstdint>

#include "infra/postgres/connection.hpp"
#include "log/merkle.hpp"
#include "projections/proof/tiles.hpp"

// The rows of one partition's tree, in the model that the connection's search_path names.
namespace ledger::projections {

// A tree, and what a batch adds to it.
struct TreeGrowth {
  log::Frontier tree;
  std::int64_t last_event = -1;        // the height of the last event that is no checkpoint
  Tiles added;
};

// As it stands; empty when it has not begun.
TreeGrowth load_tree(pg::Connection& connection, const log::PartitionId& partition);
void write_tree(pg::Connection& connection, const log::PartitionId& partition, const TreeGrowth& growth);

// Those of these tiles that there are, of the model that serves. Whatever the search_path.
Tiles load_tiles(pg::Connection& connection, const log::PartitionId& partition, const std::vector<Tile>& wanted);

// A frontier's hashes as bytes, and back. Throws std::runtime_error when they are not those of a tree of that size.
std::string frontier_bytes(const log::Frontier& tree);
log::Frontier frontier_of(std::uint64_t size, std::string_view bytes);

}  // namespace ledger::projections
