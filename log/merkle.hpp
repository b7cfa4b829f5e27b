#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "log/record.hpp"

// Merkle trees over a partition's records that count (docs/proof.md), hashed as RFC 9162 section 2.1 says. The leaf of height h is the h-th from 0,
// and its data is the record's link hash: that covers key, headers, value and height, and personal text is ciphertext in it, so a tree outlives
// every erasure. Pure.
namespace ledger::log {

Hash leaf_hash(std::string_view data);                       // SHA-256(00 ‖ data)
Hash leaf_hash(const Hash& link_hash);
Hash node_hash(const Hash& left, const Hash& right);         // SHA-256(01 ‖ left ‖ right)
Hash empty_root();                                           // SHA-256 of nothing

// A perfect subtree: the one over the leaves from index · 2^level to (index + 1) · 2^level. Its hash never changes once its last leaf is there.
struct Node {
  std::uint32_t level = 0;             // 0: a leaf
  std::uint64_t index = 0;
  auto operator<=>(const Node&) const = default;
};

// Neighbouring leaves as the perfect subtrees they are made of, left to right, each smaller than the one before.
using Range = std::vector<Node>;
Range range_of_tree(std::uint64_t size);

// What a proof is made of, in its order: the hash of each range. Both read at most 2 · log2(size) nodes, whatever the size.
std::vector<Range> inclusion_path(std::uint64_t index, std::uint64_t size);       // index < size (RFC 9162 section 2.1.3.1)
std::vector<Range> consistency_path(std::uint64_t from, std::uint64_t to);        // from ≤ to; empty when from is 0 or to (section 2.1.4.1)

using NodeHash = std::function<Hash(const Node&)>;
Hash hash_of_range(const Range& range, const NodeHash& node_hash_of);             // an empty range is the empty tree

// Whether a leaf's hash is the one at `index` of the tree (section 2.1.3.2), and whether a tree continues another (section 2.1.4.2). Any input is
// safe; every tree continues the empty one.
bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size, std::span<const Hash> proof, const Hash& root);
bool verify_consistency(std::uint64_t from, const Hash& from_root, std::uint64_t to, const Hash& to_root, std::span<const Hash> proof);

// A tree that grows leaf by leaf in memory of log2(size): its perfect subtrees, largest first.
class Frontier {
 public:
  Frontier() = default;
  // Of `size` leaves; one hash for each node of range_of_tree(size), else std::invalid_argument.
  Frontier(std::uint64_t size, std::vector<Hash> hashes);

  std::uint64_t size() const { return size_; }
  const std::vector<Hash>& hashes() const { return hashes_; }

  // Takes the next leaf's hash and tells every node that is complete with it: the leaf, then upwards.
  template <class OnNode>
  void append(const Hash& leaf, OnNode on_node) {
    Node node{0, size_};
    hashes_.push_back(leaf);
    on_node(node, leaf);
    for (std::uint64_t rest = size_++; (rest & 1U) != 0; rest >>= 1U) {
      const Hash right = hashes_.back();
      hashes_.pop_back();
      hashes_.back() = node_hash(hashes_.back(), right);
      node = {node.level + 1, node.index >> 1U};
      on_node(node, hashes_.back());
    }
  }
  void append(const Hash& leaf) {
    append(leaf, [](const Node&, const Hash&) {});
  }

  Hash root() const;
  bool operator==(const Frontier&) const = default;

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> hashes_;
};

}  // namespace ledger::log
