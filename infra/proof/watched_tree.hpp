#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "log/merkle.hpp"

namespace ledger::proof {

// A partition's tree as somebody computes it who reads the log, and the checkpoints that it must agree with, whether they become known before or after their
// records. Keeps the leaves behind the last checkpoint that held, so that what is signed somewhere can be compared a moment later. Pure; one thread.
class WatchedTree {
 public:
  // How many leaves are kept behind the last checkpoint that held (32 bytes each). A checkpoint of fewer records than those has come too late to be compared.
  static constexpr std::size_t kMostLeaves = 262'144;

  // Begins where a checkpoint is known to hold; by default at the beginning.
  explicit WatchedTree(log::Frontier held = {}) : held_{held}, tree_{std::move(held)} {}

  void take(const log::Hash& link_hash);
  // A checkpoint says that the tree of so many records has this root: compared now, or as soon as they are read.
  void expect(std::uint64_t size, const log::Hash& root);

  std::uint64_t size() const { return tree_.size(); }
  log::Hash root() const { return tree_.root(); }
  std::uint64_t held_size() const { return held_.size(); }           // of the last checkpoint that held
  // The first contradiction between checkpoints and records, for good.
  const std::optional<std::string>& contradiction() const { return contradiction_; }

 private:
  void compare(std::uint64_t size, const log::Hash& signed_root);
  void forget_leaves();

  log::Frontier held_;                             // the tree behind which leaves are kept
  std::vector<log::Hash> leaves_;                  // from there to tree_
  log::Frontier tree_;
  std::map<std::uint64_t, log::Hash> expected_;    // of records that are not read yet
  std::optional<std::string> contradiction_;
};

}  // namespace ledger::proof
