#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "log/merkle.hpp"

// How a Merkle tree's hashes are kept in rows. A tile holds neighbours of one level, up to 32 of them; only every fifth level has tiles, for the levels
// in between are computed from the one below. So each record adds its leaf's hash to one row, and a proof over ten million records reads some five rows
// for each of its sides. Pure.
namespace ledger::projections {

inline constexpr std::uint32_t kLevelsPerTile = 5;
inline constexpr std::uint64_t kTileWidth = std::uint64_t{1} << kLevelsPerTile;

// The tile of level l holds the hashes of nodes at level 5 · l, of those from number · 32 on.
struct Tile {
  std::uint32_t level = 0;
  std::uint64_t number = 0;
  auto operator<=>(const Tile&) const = default;
};

using Tiles = std::map<Tile, std::string>;   // the hashes' bytes, one behind the other

// The tile that a node's hash is read from.
Tile tile_of(const log::Node& node);
// Every tile that a proof needs, each once.
std::vector<Tile> tiles_of(const std::vector<log::Range>& ranges);
// A node's hash out of its tile. Throws std::runtime_error when the tile is not there or too short.
log::Hash hash_in(const Tiles& tiles, const log::Node& node);

// Adds a leaf to a tree, and what is complete with it to the ends of the tiles that keep it.
void append_leaf(log::Frontier& tree, const log::Hash& leaf, Tiles& added);

}  // namespace ledger::projections
