#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/recorded_event.hpp"
#include "domain/result.hpp"
#include "log/link_reader.hpp"
#include "log/record.hpp"

namespace ledger {

// What a batch of decisions on one partition needs from the past.
struct HistoryQuery {
  log::PartitionId partition;
  std::vector<std::string> streams;       // every event of these streams: prompt/<id>
  struct Tag {
    std::string partition_key;            // a tag is a name within its partition key: two workspaces may share a partition
    std::string tag;
  };
  std::vector<Tag> tags;                  // every event that carries one of these tags under that key
  std::vector<std::string> command_ids;   // the event of each of these idempotency keys, if there is one
};

struct HistoryRow {
  std::uint64_t height = 0;
  RecordedEvent event;
};

struct HistorySlice {
  std::optional<log::Anchor> checkpoint;  // how far the history of this partition goes; nothing when it has not begun
  std::vector<HistoryRow> rows;           // of this partition only, each once, by height, none above the checkpoint
};

// The store is away or too slow. The sentence is for the operator's log.
struct HistoryFault {
  std::string why;
};

// The port to everything recorded so far (design section 6, read model `history`). Thread-safe.
class History {
 public:
  virtual ~History() = default;

  // Rows and checkpoint of one snapshot, taken on the primary (protocol step 10). Blocks at most `timeout`.
  virtual Result<HistorySlice, HistoryFault> load(const HistoryQuery& query, std::chrono::milliseconds timeout) = 0;

  // How far each partition of the topics goes; partitions that have not begun are absent.
  struct Checkpoint {
    log::PartitionId partition;
    log::Anchor anchor;
  };
  virtual Result<std::vector<Checkpoint>, HistoryFault> checkpoints(const std::vector<std::string>& topics, std::chrono::milliseconds timeout) = 0;
};

}  // namespace ledger
