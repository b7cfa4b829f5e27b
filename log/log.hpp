#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "log/record.hpp"

// The port to a log. It decides nothing: the link rule stands above it. Adapters: Kafka (infra/kafka), in-memory (infra/memory). All of
// them pass tests/contract/.
namespace ledger::log {

// The log could not be asked, or did not answer in time. The sentence is for the operator's log.
struct LogFault {
  std::string why;
};

// What became of an append, told exactly once per append that was taken.
struct Report {
  std::optional<Offset> offset = {};   // set: the record is stored here (it may be stored a second time elsewhere)
  std::string error = {};              // else why its fate is unknown: it may be stored or not, now or later
};

enum class Taken : std::uint8_t {
  yes,                                 // the report will come
  full,                                // back-pressure: nothing was taken, no report will come; try later
  broken,                              // the sender is fatally broken: nothing was taken; renew_sender() first
};

// Called from a thread of the adapter; must not block, throw, or call back into the log.
using OnReport = std::function<void(const Report&)>;

// Something happened after which a reader must compare its head with the log again (protocol step 8).
enum class Disturbance : std::uint8_t { leader_changed, reconnected, offset_out_of_range };

struct Disturbed {
  PartitionId partition;
  Disturbance what;
};

// What one poll brought. Per partition in offset order.
struct Batch {
  std::vector<Arrival> arrivals;
  std::vector<Disturbed> disturbances;
  std::vector<std::string> errors;     // transient; the reader keeps trying
};

// Reads partitions, each from its own offset, everything that is there, committed or not (isolation read_uncommitted). One thread at a time.
class Reader {
 public:
  virtual ~Reader() = default;
  // Waits at most `timeout` for something to come; returns what is there, at most `max_records`.
  virtual Batch poll(std::chrono::milliseconds timeout, std::size_t max_records) = 0;
};

struct ReadFrom {
  PartitionId partition;
  Offset offset = 0;
};

struct Ends {
  Offset earliest = 0;
  Offset end = 0;                      // the offset that the next record will get
};

// What the guard looks at before anything is written (protocol step 23). Absent = the log has no such notion.
struct TopicFacts {
  std::int32_t partitions = 0;
  std::int32_t replicas = 0;           // of the partition that has the fewest
  std::vector<std::pair<std::string, std::string>> settings;   // cleanup.policy, retention.ms, retention.bytes, min.insync.replicas, unclean.leader.election.enable, max.message.bytes, message.timestamp.type

  // What a setting is; empty when the log has not said.
  std::string_view setting(std::string_view name) const;
};

struct NewTopic {
  std::string name;
  std::int32_t partitions = 8;
  std::int16_t replicas = 1;
  std::int32_t min_insync_replicas = 1;
  std::int32_t max_message_bytes = 2 * 1024 * 1024;
};

class Log {
 public:
  virtual ~Log() = default;

  // Hands a record to the sender and returns at once. Records of one partition are stored in the order taken, unless one is lost.
  virtual Taken append(const PartitionId& partition, const Record& record, OnReport on_report) = 0;
  // Abandons the present sender (what it still holds may or may not be stored; its reports come as errors) and begins a new one.
  virtual void renew_sender() = 0;

  virtual std::unique_ptr<Reader> read(const std::vector<ReadFrom>& from) = 0;

  // The partition's bounds, asked for now. Blocks at most `timeout`.
  virtual tl::expected<Ends, LogFault> ends(const PartitionId& partition, std::chrono::milliseconds timeout) = 0;
  // The one record at an offset; nothing when there is none. Blocks at most `timeout`.
  virtual tl::expected<std::optional<Arrival>, LogFault> at(const PartitionId& partition, Offset offset, std::chrono::milliseconds timeout) = 0;

  // Nothing when there is no such topic.
  virtual tl::expected<std::optional<TopicFacts>, LogFault> facts(const std::string& topic, std::chrono::milliseconds timeout) = 0;
  // Creates a topic fit for the ledger (no retention, no compaction, no unclean election). Creating what exists is no fault.
  virtual tl::expected<void, LogFault> create(const NewTopic& topic, std::chrono::milliseconds timeout) = 0;
  // Does whatever makes the first append to a topic as quick as the following ones.
  virtual void warm(const std::string& topic, std::chrono::milliseconds timeout) = 0;
};

}  // namespace ledger::log
