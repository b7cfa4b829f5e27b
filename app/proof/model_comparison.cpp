#include "app/proof/model_comparison.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "projections/checkpoints.hpp"
#include "projections/heal/kept_records.hpp"
#include "projections/proof/trees.hpp"

namespace ledger::app {
namespace {

constexpr std::size_t kRecordsAtOnce = 2'000;
constexpr std::size_t kBytesAtOnce = std::size_t{16} << 20U;
constexpr std::size_t kTilesAtOnce = 256;
constexpr std::size_t kHashBytes = std::tuple_size_v<log::Hash>;
constexpr std::size_t kWholeTile = projections::kTileWidth * kHashBytes;

std::uint64_t reached(pg::Connection& connection, const std::string& model, const log::PartitionId& partition) {
  const auto anchors = projections::load_checkpoints(connection, model);
  const auto at = anchors.find(partition);
  return at == anchors.end() ? 0 : at->second.head.height + 1;
}

// The height of the first record that a tile's hash number `at` is over.
std::uint64_t height_at(const projections::Tile& tile, std::size_t at) {
  return (tile.number * projections::kTileWidth + at) << (tile.level * projections::kLevelsPerTile);
}

}  // namespace

ModelComparison::ModelComparison(pg::Connection& connection, log::PartitionId partition)
    : connection_{connection},
      partition_{std::move(partition)},
      history_size_{reached(connection, "history", partition_)},
      tree_size_{reached(connection, "proof", partition_)} {}

void ModelComparison::take(const log::Record& record, const log::Head& head, const log::Hash& leaf) {
  ++taken_;
  if (head.height < history_size_ && compared_ + waiting_.size() == head.height) {
    waiting_.push_back({record, head});
    waiting_bytes_ += record.bytes();
    if (waiting_.size() >= kRecordsAtOnce || waiting_bytes_ >= kBytesAtOnce) compare_records();
  }
  if (tree_.size() < tree_size_) {
    projections::append_leaf(tree_, leaf, tiles_);
    if (tiles_.size() >= kTilesAtOnce) compare_tiles(false);
  }
}

void ModelComparison::finish(bool at_end) {
  compare_records();
  compare_tiles(tree_.size() == tree_size_);
  if (at_end && taken_ < std::max(history_size_, tree_size_)) differ(taken_, "PostgreSQL has applied more records than the log has: run `promptledger heal`");
}

void ModelComparison::compare_records() {
  projections::KeptRecords kept{connection_, partition_};
  try {
    for (std::size_t n = 0; n < waiting_.size();) {
      const auto from = waiting_[n].head.height;
      for (const auto& row : kept.records(from, waiting_.back().head.height, waiting_.size() - n, kBytesAtOnce)) {
        const auto& [record, head] = waiting_[n];
        if (row.head != head || row.record != record) return differ(head.height, "the history's record is not the log's");
        ++n;
        ++compared_;
      }
    }
  } catch (const pg::Fault&) {
    throw;
  } catch (const std::runtime_error& damaged) {
    return differ(compared_, damaged.what());
  }
  waiting_.clear();
  waiting_bytes_ = 0;
}

// Whole tiles never change, so they are forgotten once compared. The others belong to the model's last record.
void ModelComparison::compare_tiles(bool all) {
  std::vector<projections::Tile> wanted;
  for (const auto& [tile, bytes] : tiles_) {
    if (all || bytes.size() == kWholeTile) wanted.push_back(tile);
  }
  const auto there = projections::load_tiles(connection_, partition_, wanted);
  for (const auto& tile : wanted) {
    const auto& ours = tiles_.at(tile);
    const auto found = there.find(tile);
    const std::string theirs = found == there.end() ? std::string{} : found->second.substr(0, ours.size());
    const auto differing = std::ranges::mismatch(ours, theirs).in1;
    if (differing != ours.end()) differ(height_at(tile, static_cast<std::size_t>(differing - ours.begin()) / kHashBytes), "the tree of the read model proof is not the log's");
    tiles_.erase(tile);
  }
}

void ModelComparison::differ(std::uint64_t height, std::string why) {
  if (!difference_ || height < difference_->height) difference_ = Broken{.height = height, .to = {}, .why = std::move(why)};
  waiting_.clear();
  history_size_ = std::min(history_size_, compared_);   // only the first is told
}

}  // namespace ledger::app
