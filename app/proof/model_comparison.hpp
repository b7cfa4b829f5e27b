#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/proof/broken.hpp"
#include "infra/postgres/connection.hpp"
#include "log/link.hpp"
#include "log/merkle.hpp"
#include "projections/proof/tiles.hpp"

namespace ledger::app {

// Compares a partition's records, as the log gives them one after the other, with what PostgreSQL holds of them: the history's rows byte for byte, and
// every hash of the tree of the read model `proof`. What the models have not come to yet is not compared. Throws pg::Fault.
class ModelComparison {
 public:
  ModelComparison(pg::Connection& connection, log::PartitionId partition);

  void take(const log::Record& record, const log::Head& head, const log::Hash& leaf);
  // Whether the log was read to its end: a model that has more is then compared with nothing, and wrong.
  void finish(bool at_end);

  // The first one.
  const std::optional<Broken>& difference() const { return difference_; }
  std::uint64_t compared() const { return compared_; }           // records of the history

 private:
  struct Taken {
    log::Record record;
    log::Head head;
  };

  void compare_records();
  void compare_tiles(bool all);
  void differ(std::uint64_t height, std::string why);

  pg::Connection& connection_;
  const log::PartitionId partition_;
  std::uint64_t history_size_ = 0, tree_size_ = 0;               // how far the models are
  std::vector<Taken> waiting_;
  std::size_t waiting_bytes_ = 0;
  log::Frontier tree_;
  projections::Tiles tiles_;
  std::uint64_t taken_ = 0;
  std::uint64_t compared_ = 0;
  std::optional<Broken> difference_;
};

}  // namespace ledger::app
