#include "infra/proof/watched_tree.hpp"

#include <doctest/doctest.h>

namespace ledger::proof {
namespace {

log::Hash record(std::uint64_t height) {
  log::Hash hash{};
  hash[0] = static_cast<std::uint8_t>(height);
  hash[1] = static_cast<std::uint8_t>(height >> 8U);
  return hash;
}

log::Hash root_of(std::uint64_t size) {
  log::Frontier tree;
  for (std::uint64_t height = 0; height < size; ++height) tree.append(log::leaf_hash(record(height)));
  return tree.root();
}

void read(WatchedTree& tree, std::uint64_t to) {
  while (tree.size() < to) tree.take(record(tree.size()));
}

}  // namespace

TEST_CASE("a checkpoint is compared whether it is known before its records or after") {
  WatchedTree tree;
  tree.expect(7, root_of(7));
  read(tree, 6);
  CHECK(tree.held_size() == 0);
  read(tree, 20);
  CHECK(tree.held_size() == 7);
  tree.expect(15, root_of(15));
  tree.expect(20, root_of(20));
  CHECK(tree.held_size() == 20);
  CHECK((tree.root() == root_of(20)));
  CHECK_FALSE(tree.contradiction());
}

TEST_CASE("records that are not those that were signed are told, with the heights among which they are") {
  WatchedTree tree;
  tree.expect(5, root_of(5));
  read(tree, 9);
  tree.take(record(99));
  tree.expect(12, root_of(12));
  read(tree, 30);
  REQUIRE(tree.contradiction());
  CHECK(tree.contradiction()->find("the heights 5 to 11") != std::string::npos);
  CHECK(tree.held_size() == 5);
}

TEST_CASE("a contradiction stays, whatever agrees afterwards") {
  WatchedTree tree;
  read(tree, 10);
  tree.expect(4, root_of(5));
  const auto told = tree.contradiction();
  REQUIRE(told);
  tree.expect(10, root_of(10));
  CHECK(tree.contradiction() == told);
}

TEST_CASE("two checkpoints of one size must agree") {
  WatchedTree tree;
  tree.expect(4, root_of(4));
  tree.expect(4, root_of(4));
  CHECK_FALSE(tree.contradiction());
  tree.expect(4, root_of(5));
  CHECK(tree.contradiction());
}

TEST_CASE("watching goes on from a checkpoint that holds") {
  log::Frontier held;
  for (std::uint64_t height = 0; height < 11; ++height) held.append(log::leaf_hash(record(height)));
  WatchedTree tree{held};
  tree.expect(3, root_of(4));    // long past
  read(tree, 40);
  tree.expect(40, root_of(40));
  CHECK(tree.held_size() == 40);
  CHECK_FALSE(tree.contradiction());
}

TEST_CASE("what is kept to compare is bounded, and the tree goes on") {
  WatchedTree tree;
  read(tree, WatchedTree::kMostLeaves + 2);
  CHECK(tree.held_size() > 0);
  tree.expect(tree.size(), root_of(tree.size()));
  CHECK(tree.held_size() == tree.size());
  CHECK_FALSE(tree.contradiction());
}

}  // namespace ledger::proof
