#include "infra/proof/watched_tree.hpp"

namespace ledger::proof {

void WatchedTree::take(const log::Hash& link_hash) {
  const auto leaf = log::leaf_hash(link_hash);
  tree_.append(leaf);
  leaves_.push_back(leaf);
  if (!expected_.empty() && expected_.begin()->first == tree_.size()) {
    const auto [size, root] = *expected_.begin();
    expected_.erase(expected_.begin());
    compare(size, root);
  }
  if (leaves_.size() > kMostLeaves) forget_leaves();
}

void WatchedTree::expect(std::uint64_t size, const log::Hash& root) {
  if (size > tree_.size()) {
    const auto [known, is_new] = expected_.emplace(size, root);
    if (!is_new && known->second != root) contradiction_ = "two checkpoints of " + std::to_string(size) + " records have different roots";
  } else if (size > held_.size()) {
    compare(size, root);
  }
}

void WatchedTree::compare(std::uint64_t size, const log::Hash& signed_root) {
  log::Frontier then = held_;
  for (std::size_t n = 0; then.size() < size; ++n) then.append(leaves_[n]);
  if (then.root() != signed_root && !contradiction_) {
    contradiction_ = "the first " + std::to_string(size) + " records are not those that were signed: one of the heights " + std::to_string(held_.size()) + " to " +
                     std::to_string(size - 1) + " was changed, or all from there on were written anew";
  }
  if (contradiction_) return;
  leaves_.erase(leaves_.begin(), leaves_.begin() + static_cast<std::ptrdiff_t>(size - held_.size()));
  held_ = std::move(then);
}

void WatchedTree::forget_leaves() {
  for (std::size_t n = 0; n < leaves_.size() / 2; ++n) held_.append(leaves_[n]);
  leaves_.erase(leaves_.begin(), leaves_.begin() + static_cast<std::ptrdiff_t>(leaves_.size() / 2));
}

}  // namespace ledger::proof
