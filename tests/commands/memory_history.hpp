#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "commands/history.hpp"
#include "log/link_reader.hpp"

namespace ledger {

// The history as it will be in PostgreSQL, in memory: a reader of the log by the link rule, that may lag, and may be away. Thread-safe.
class MemoryHistory final : public History {
 public:
  // Takes a record that the log holds; they come in the order of their offsets.
  void read(const log::Arrival& arrival);

  // From now on questions fail with this sentence; empty: no longer.
  void fail(std::string why);

  Result<HistorySlice, HistoryFault> load(const HistoryQuery& query, std::chrono::milliseconds timeout) override;
  Result<std::vector<Checkpoint>, HistoryFault> checkpoints(const std::vector<std::string>& topics, std::chrono::milliseconds timeout) override;

  std::optional<log::Anchor> checkpoint(const log::PartitionId& partition) const;
  // Every event that counts, in order.
  std::vector<HistoryRow> rows(const log::PartitionId& partition) const;

 private:
  struct Partition {
    log::LinkReader links;
    std::vector<HistoryRow> rows;
    bool halted = false;
  };
  mutable std::mutex mutex_;
  std::map<log::PartitionId, Partition> partitions_;
  std::string fault_;
};

}  // namespace ledger
