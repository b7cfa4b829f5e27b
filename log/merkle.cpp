#include "log/merkle.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <utility>

#include "log/sha256.hpp"

namespace ledger::log {
namespace {

using namespace std::string_view_literals;

// The leaves [begin, end) of a tree, where `begin` is a multiple of every power of two in their number: so it is wherever RFC 9162 splits.
Range perfect_subtrees(std::uint64_t begin, std::uint64_t end) {
  Range nodes;
  while (begin < end) {
    const auto level = static_cast<std::uint32_t>(std::bit_width(end - begin) - 1);
    nodes.push_back({level, begin >> level});
    begin += std::uint64_t{1} << level;
  }
  return nodes;
}

// The largest power of two below `count`, which is at least 2.
std::uint64_t split(std::uint64_t count) { return std::bit_floor(count - 1); }

// What is left of a proof's walk from a leaf towards the root: `at` in a tree whose last node of this level is `last`.
struct Walk {
  std::uint64_t at = 0;
  std::uint64_t last = 0;

  bool at_top() const { return last == 0; }
  // Whether the sibling stands to the left: then levels at which the node has no sibling are passed over.
  bool has_left_sibling() const { return (at & 1U) != 0 || at == last; }
  void pass_lone_levels() {
    while ((at & 1U) == 0 && at != 0) up();
  }
  void up() {
    at >>= 1U;
    last >>= 1U;
  }
};

}  // namespace

Hash leaf_hash(std::string_view data) { return Sha256().bytes("\0"sv).bytes(data).finish(); }

Hash leaf_hash(const Hash& link_hash) { return Sha256().bytes("\0"sv).bytes(link_hash).finish(); }

Hash node_hash(const Hash& left, const Hash& right) { return Sha256().bytes("\1"sv).bytes(left).bytes(right).finish(); }

Hash empty_root() { return Sha256().finish(); }

Range range_of_tree(std::uint64_t size) { return perfect_subtrees(0, size); }

std::vector<Range> inclusion_path(std::uint64_t index, std::uint64_t size) {
  std::vector<Range> path;
  std::uint64_t begin = 0;
  std::uint64_t end = size;
  while (end - begin > 1) {
    const std::uint64_t middle = begin + split(end - begin);
    path.push_back(index < middle ? perfect_subtrees(middle, end) : perfect_subtrees(begin, middle));
    (index < middle ? end : begin) = middle;
  }
  std::ranges::reverse(path);
  return path;
}

std::vector<Range> consistency_path(std::uint64_t from, std::uint64_t to) {
  std::vector<Range> path;
  if (from == 0) return path;
  std::uint64_t begin = 0;
  std::uint64_t end = to;
  while (from < end) {
    const std::uint64_t middle = begin + split(end - begin);
    path.push_back(from <= middle ? perfect_subtrees(middle, end) : perfect_subtrees(begin, middle));
    (from <= middle ? end : begin) = middle;
  }
  // Who asks knows the root of the whole first tree, but not of its last part alone.
  if (begin > 0) path.push_back(perfect_subtrees(begin, end));
  std::ranges::reverse(path);
  return path;
}

Hash hash_of_range(const Range& range, const NodeHash& node_hash_of) {
  if (range.empty()) return empty_root();
  Hash hash = node_hash_of(range.back());
  for (auto node = std::next(range.rbegin()); node != range.rend(); ++node) hash = node_hash(node_hash_of(*node), hash);
  return hash;
}

bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size, std::span<const Hash> proof, const Hash& root) {
  if (index >= size) return false;
  Walk walk{index, size - 1};
  Hash hash = leaf;
  for (const Hash& sibling : proof) {
    if (walk.at_top()) return false;
    if (walk.has_left_sibling()) {
      hash = node_hash(sibling, hash);
      walk.pass_lone_levels();
    } else {
      hash = node_hash(hash, sibling);
    }
    walk.up();
  }
  return walk.at_top() && hash == root;
}

bool verify_consistency(std::uint64_t from, const Hash& from_root, std::uint64_t to, const Hash& to_root, std::span<const Hash> proof) {
  if (from > to) return false;
  if (from == 0) return proof.empty() && from_root == empty_root() && (to > 0 || to_root == empty_root());
  if (from == to) return proof.empty() && from_root == to_root;
  Walk walk{from - 1, to - 1};
  while ((walk.at & 1U) != 0) walk.up();
  // Of a first tree that is one perfect subtree the proof leaves out what its reader has already.
  const bool is_perfect = std::has_single_bit(from);
  if (!is_perfect && proof.empty()) return false;
  Hash first = is_perfect ? from_root : proof.front();
  Hash second = first;
  for (const Hash& sibling : proof.subspan(is_perfect ? 0 : 1)) {
    if (walk.at_top()) return false;
    if (walk.has_left_sibling()) {
      first = node_hash(sibling, first);
      second = node_hash(sibling, second);
      walk.pass_lone_levels();
    } else {
      second = node_hash(second, sibling);
    }
    walk.up();
  }
  return walk.at_top() && first == from_root && second == to_root;
}

Frontier::Frontier(std::uint64_t size, std::vector<Hash> hashes) : size_(size), hashes_(std::move(hashes)) {
  if (hashes_.size() != static_cast<std::size_t>(std::popcount(size))) throw std::invalid_argument("a tree of that size has other subtrees");
}

Hash Frontier::root() const {
  if (hashes_.empty()) return empty_root();
  Hash hash = hashes_.back();
  for (auto left = std::next(hashes_.rbegin()); left != hashes_.rend(); ++left) hash = node_hash(*left, hash);
  return hash;
}

}  // namespace ledger::log
