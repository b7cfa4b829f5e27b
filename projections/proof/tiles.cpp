#include "projections/proof/tiles.hpp"

#include <set>
#include <stdexcept>

#include "projections/record_bytes.hpp"

namespace ledger::projections {
namespace {

constexpr std::size_t kHashBytes = std::tuple_size_v<log::Hash>;

// Among the hashes of a tile's own level: where the node's leftmost one stands, and how many it is over.
struct Span {
  std::uint64_t first, count;
};

Span span_in_level(const log::Node& node) {
  const auto above = node.level % kLevelsPerTile;
  return {node.index << above, std::uint64_t{1} << above};
}

}  // namespace

Tile tile_of(const log::Node& node) { return {node.level / kLevelsPerTile, span_in_level(node).first / kTileWidth}; }

std::vector<Tile> tiles_of(const std::vector<log::Range>& ranges) {
  std::set<Tile> tiles;
  for (const auto& range : ranges) {
    for (const auto& node : range) tiles.insert(tile_of(node));
  }
  return {tiles.begin(), tiles.end()};
}

log::Hash hash_in(const Tiles& tiles, const log::Node& node) {
  const auto [first, count] = span_in_level(node);
  const auto at = static_cast<std::size_t>(first % kTileWidth) * kHashBytes;
  const auto size = static_cast<std::size_t>(count) * kHashBytes;
  const auto found = tiles.find(tile_of(node));
  if (found == tiles.end() || found->second.size() < at + size) {
    throw std::runtime_error{"the proof model lacks hashes of level " + std::to_string(node.level) + ", from number " + std::to_string(node.index)};
  }
  log::Frontier subtree;
  for (std::size_t n = at; n < at + size; n += kHashBytes) subtree.append(hash_of(std::string_view{found->second}.substr(n, kHashBytes)));
  return subtree.root();
}

void append_leaf(log::Frontier& tree, const log::Hash& leaf, Tiles& added) {
  tree.append(leaf, [&](const log::Node& node, const log::Hash& hash) {
    if (node.level % kLevelsPerTile == 0) added[tile_of(node)].append(bytes_of(hash));
  });
}

}  // namespace ledger::projections
