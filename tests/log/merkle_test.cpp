#include "log/merkle.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <map>
#include <string>

#include "log/sha256.hpp"

namespace ledger::log {
namespace {

using namespace std::string_literals;

// RFC 9162 section 2.1 word for word, and nothing clever: what merkle.cpp is measured against.
struct Naive {
  std::vector<Hash> leaves;

  static std::uint64_t split(std::uint64_t n) {
    std::uint64_t k = 1;
    while (k * 2 < n) k *= 2;
    return k;
  }
  Hash root(std::uint64_t begin, std::uint64_t end) const {
    const auto n = end - begin;
    if (n == 0) return Sha256().finish();
    if (n == 1) return leaves[begin];
    const auto k = split(n);
    const Hash left = root(begin, begin + k);
    const Hash right = root(begin + k, end);
    return Sha256().bytes("\x01"s).bytes(left).bytes(right).finish();
  }
  std::vector<Hash> path(std::uint64_t m, std::uint64_t begin, std::uint64_t end) const {
    const auto n = end - begin;
    if (n == 1) return {};
    const auto k = split(n);
    auto proof = m < k ? path(m, begin, begin + k) : path(m - k, begin + k, end);
    proof.push_back(m < k ? root(begin + k, end) : root(begin, begin + k));
    return proof;
  }
  std::vector<Hash> subproof(std::uint64_t m, std::uint64_t begin, std::uint64_t end, bool whole) const {
    const auto n = end - begin;
    if (m == n) return whole ? std::vector<Hash>{} : std::vector{root(begin, end)};
    const auto k = split(n);
    auto proof = m <= k ? subproof(m, begin, begin + k, whole) : subproof(m - k, begin + k, end, false);
    proof.push_back(m <= k ? root(begin + k, end) : root(begin, begin + k));
    return proof;
  }
};

// A tree as the program keeps it: the nodes that a frontier told.
struct Tree {
  Frontier frontier;
  std::map<Node, Hash> nodes;
  Naive naive;
  mutable std::size_t reads = 0;

  explicit Tree(std::uint64_t size, std::string_view salt = "leaf ") {
    for (std::uint64_t n = 0; n < size; ++n) add(leaf_hash(std::string(salt) + std::to_string(n)));
  }
  void add(const Hash& leaf) {
    naive.leaves.push_back(leaf);
    frontier.append(leaf, [&](const Node& node, const Hash& hash) { nodes.emplace(node, hash); });
  }
  Hash root(std::uint64_t size) const { return naive.root(0, size); }
  std::vector<Hash> proof(const std::vector<Range>& ranges) const {
    std::vector<Hash> hashes;
    for (const auto& range : ranges) hashes.push_back(hash_of_range(range, [&](const Node& node) { return ++reads, nodes.at(node); }));
    return hashes;
  }
};

std::string hex(const Hash& hash) {
  std::string text;
  for (const auto byte : hash) text += "0123456789abcdef"[byte >> 4U], text += "0123456789abcdef"[byte & 15U];
  return text;
}

TEST_CASE("the roots are those that Certificate Transparency's implementations agree on") {
  const std::string leaves[] = {"", "\x00"s, "\x10"s, "\x20\x21"s, "\x30\x31"s, "\x40\x41\x42\x43"s, "\x50\x51\x52\x53\x54\x55\x56\x57"s,
                                "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"s};
  const char* const roots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                               "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                               "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                               "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                               "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  Frontier frontier;
  CHECK(hex(frontier.root()) == roots[0]);
  for (std::size_t n = 0; n < std::size(leaves); ++n) {
    CAPTURE(n);
    frontier.append(leaf_hash(leaves[n]));
    CHECK(hex(frontier.root()) == roots[n + 1]);
  }
}

TEST_CASE("a link hash is a leaf's data, all 32 bytes of it") {
  Hash link{};
  link.fill(7);
  CHECK((leaf_hash(link) == leaf_hash(std::string(32, '\7'))));
}

TEST_CASE("for every size up to 130 each leaf is proven to be in the tree, by the proof that the RFC defines") {
  const Tree tree(130);
  for (std::uint64_t size = 1; size <= 130; ++size) {
    const Hash root = tree.root(size);
    for (std::uint64_t index = 0; index < size; ++index) {
      CAPTURE(size);
      CAPTURE(index);
      const auto proof = tree.proof(inclusion_path(index, size));
      REQUIRE((proof == tree.naive.path(index, 0, size)));
      REQUIRE(verify_inclusion(tree.naive.leaves[index], index, size, proof, root));
    }
  }
}

TEST_CASE("for every two sizes up to 130 the larger tree is proven to continue the smaller, by the proof that the RFC defines") {
  const Tree tree(130);
  for (std::uint64_t to = 0; to <= 130; ++to) {
    for (std::uint64_t from = 0; from <= to; ++from) {
      CAPTURE(from);
      CAPTURE(to);
      const auto proof = tree.proof(consistency_path(from, to));
      if (from > 0) REQUIRE((proof == tree.naive.subproof(from, 0, to, true)));
      REQUIRE(verify_consistency(from, tree.root(from), to, tree.root(to), proof));
    }
  }
}

TEST_CASE("a frontier has the root of every tree that it grew through, and can be kept and taken up again") {
  const Tree tree(130);
  Frontier frontier;
  for (std::uint64_t size = 0; size <= 130; ++size) {
    CAPTURE(size);
    CHECK((frontier.root() == tree.root(size)));
    CHECK((hash_of_range(range_of_tree(size), [&](const Node& node) { return tree.nodes.at(node); }) == tree.root(size)));
    CHECK((Frontier(frontier.size(), frontier.hashes()) == frontier));
    if (size < 130) frontier.append(tree.naive.leaves[size]);
  }
  CHECK_THROWS_AS(Frontier(3, {Hash{}}), std::invalid_argument);
}

TEST_CASE("a proof in a tree of ten million reads some dozens of nodes") {
  constexpr std::uint64_t kSize = 10'000'019;
  std::size_t nodes = 0;
  for (const auto& range : inclusion_path(7'654'321, kSize)) nodes += range.size();
  CHECK(nodes <= 48);
  nodes = 0;
  for (const auto& range : consistency_path(5'000'011, kSize)) nodes += range.size();
  CHECK(nodes <= 48);
}

TEST_CASE("what is proven of one leaf, one tree or one size holds of no other") {
  CHECK(rc::check("inclusion", [] {
    const auto size = *rc::gen::inRange<std::uint64_t>(1, 131);
    const auto index = *rc::gen::inRange<std::uint64_t>(0, size);
    const Tree tree(size);
    auto proof = tree.proof(inclusion_path(index, size));
    const Hash leaf = tree.naive.leaves[index];
    Hash spoilt = leaf;
    spoilt[*rc::gen::inRange<std::size_t>(0, 32)] ^= static_cast<std::uint8_t>(1U << *rc::gen::inRange(0U, 8U));
    RC_ASSERT(!verify_inclusion(spoilt, index, size, proof, tree.root(size)));
    RC_ASSERT(!verify_inclusion(leaf, index, size, proof, spoilt));
    RC_ASSERT(!verify_inclusion(leaf, size, size, proof, tree.root(size)));
    const auto other = *rc::gen::inRange<std::uint64_t>(0, size);
    if (other != index) RC_ASSERT(!verify_inclusion(leaf, other, size, proof, tree.root(size)));
    proof.push_back(leaf);
    RC_ASSERT(!verify_inclusion(leaf, index, size, proof, tree.root(size)));
    proof.pop_back();
    if (proof.empty()) return;
    proof.pop_back();
    RC_ASSERT(!verify_inclusion(leaf, index, size, proof, tree.root(size)));
  }));
  CHECK(rc::check("consistency", [] {
    const auto to = *rc::gen::inRange<std::uint64_t>(2, 131);
    const auto from = *rc::gen::inRange<std::uint64_t>(1, to);
    const Tree tree(to);
    auto proof = tree.proof(consistency_path(from, to));
    // Somebody rewrote a record that had been signed.
    Tree forged = tree;
    const auto rewritten = *rc::gen::inRange<std::uint64_t>(0, from);
    forged.naive.leaves[rewritten] = leaf_hash("rewritten");
    RC_ASSERT(!verify_consistency(from, forged.root(from), to, tree.root(to), proof));
    RC_ASSERT(!verify_consistency(from, tree.root(from), to, forged.root(to), proof));
    RC_ASSERT(!verify_consistency(from, tree.root(from), to, forged.root(to), forged.naive.subproof(from, 0, to, true)));
    RC_ASSERT(!verify_consistency(to, tree.root(to), from, tree.root(from), proof));
    proof.push_back(tree.root(to));
    RC_ASSERT(!verify_consistency(from, tree.root(from), to, tree.root(to), proof));
    RC_ASSERT(!verify_consistency(from, tree.root(from), to, tree.root(to), {}));
  }));
}

TEST_CASE("anything may be given as a proof") {
  CHECK(rc::check([](const std::vector<std::uint8_t>& noise, std::uint64_t a, std::uint64_t b) {
    std::vector<Hash> proof(noise.size() % 70);
    for (std::size_t n = 0; n < proof.size(); ++n) proof[n].fill(noise[n]);
    RC_ASSERT(!verify_inclusion(Hash{}, a, b, proof, leaf_hash("no root of these")));
    RC_ASSERT(!verify_consistency(a, leaf_hash("one"), b, leaf_hash("another"), proof) || a == 0);
  }));
}

}  // namespace
}  // namespace ledger::log
