#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "domain/result.hpp"
#include "log/link.hpp"
#include "log/log.hpp"

// What must hold of the log's topics before anything is written (protocol steps 2 and 23). Blocking, at start.
namespace ledger {

struct FoundationSettings {
  std::string topic_prefix = "promptledger";
  std::int32_t partitions = 8;               // of topics that are made now; the count of existing ones is fixed for life
  std::int16_t replicas = 1;
  std::int32_t min_insync_replicas = 1;
  std::int32_t max_message_bytes = 2 * 1024 * 1024;
  std::chrono::milliseconds timeout_ms{10'000};   // for each question to the log
};

struct Foundation {
  std::string ledger;                        // its UUID, as the geneses say
  std::vector<log::PartitionId> partitions;  // of all log topics
  std::set<log::PartitionId> emptied;        // had been begun, and have lost even their genesis
};

// Creates the topics that are missing.
Result<void, std::string> create_topics(log::Log& log, const FoundationSettings& settings);

// Refuses topics that are not fit (topic_guard.hpp), with a sentence that names the remedy.
Result<void, std::string> guard_topics(log::Log& log, const FoundationSettings& settings);

// Sees to it that every partition has its beginning and its genesis, all of one ledger and of as many partitions as there are. Several processes
// may do this at once: prompts/0 decides the ledger's id by who is first there, the link rule the rest. Of partitions that are known to have begun
// none is laid: it would stand instead of the records that were lost.
Result<Foundation, std::string> lay_foundation(log::Log& log, const FoundationSettings& settings, std::string_view writer,
                                               const std::function<std::string()>& new_uuid, const std::set<log::PartitionId>& begun = {});

}  // namespace ledger
