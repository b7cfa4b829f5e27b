#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "domain/recorded_event.hpp"
#include "infra/memory/memory_groups.hpp"
#include "infra/memory/memory_log.hpp"
#include "log/link.hpp"
#include "log/link_reader.hpp"

namespace ledger::test {

inline constexpr std::string_view kLedgerId = "00000000-0000-7000-8000-000000000001";
inline const std::string kPromptsTopic = "promptledger.log.prompts";
inline const std::string kExecutionsTopic = "promptledger.log.executions";
inline const std::string kFeedbackTopic = "promptledger.log.feedback";
inline const std::chrono::milliseconds kSoon{5'000};

// A log in memory with the ledger's topics, and a writer that links whatever it is given.
class Chain {
 public:
  explicit Chain(std::int32_t partitions = 2) {
    for (const auto* topic : {"prompts", "executions", "feedback"}) {
      const std::string name = std::string{"promptledger.log."} + topic;
      (void)log.create({.name = name, .partitions = partitions}, kSoon);
      for (std::int32_t number = 0; number < partitions; ++number) {
        const log::PartitionId partition{name, number};
        log::Record genesis =
            log::make_genesis({.ledger = std::string{kLedgerId}, .partition = partition, .partition_count = partitions},
                              id(), "test", now());
        heads_[partition] = read_head(genesis);
        log.put(partition, genesis);
      }
    }
  }

  log::Position append(const RecordedEvent& event, std::int32_t number = 0, const std::string& topic = kPromptsTopic) {
    auto sealed = seal(event);
    return append_record({event.partition_key, std::move(sealed.headers), std::move(sealed.value)}, number, topic);
  }
  log::Position append_record(log::Record record, std::int32_t number = 0, const std::string& topic = kPromptsTopic) {
    const log::PartitionId partition{topic, number};
    auto& head = heads_[partition];
    head = log::link(record, head, "test", now());
    last_ = record;
    log.put(partition, record);
    return {partition, head.height};
  }
  log::Position barrier(std::int32_t number = 0) { return append_record(log::make_barrier(id(), "test"), number); }
  // The last record once more: it links to an old head now.
  void duplicate(std::int32_t number = 0) { log.put({kPromptsTopic, number}, last_); }

  const log::Head& head(std::int32_t number = 0, const std::string& topic = kPromptsTopic) {
    return heads_[{topic, number}];
  }

  memory::MemoryLog log;
  memory::MemoryGroups groups{log};

 private:
  std::string id() { return "0190-" + std::to_string(++ids_); }
  // Not the clock: two ledgers that were told the same are the same.
  std::int64_t now() { return 1'700'000'000'000'000 + 1'000 * ++ticks_; }
  static log::Head read_head(const log::Record& genesis) {
    log::LinkReader reader{log::read_genesis(genesis).value().partition};
    const auto verdict = reader.read({reader.partition(), 0, 0, genesis});
    return std::get<log::Counts>(verdict).head;
  }

  std::map<log::PartitionId, log::Head> heads_;
  log::Record last_;
  int ids_ = 0;
  std::int64_t ticks_ = 0;
};

// An event of a kind that no read model but the history knows, unless it is told otherwise.
inline RecordedEvent note(const std::string& stream, std::uint64_t sequence, const std::string& value,
                          std::string workspace = "w1") {
  RecordedEvent event;
  event.type = "promptledger.note.taken.v1";
  event.stream = {"note", stream};
  event.sequence = sequence;
  event.meta.event_id = stream + "-" + std::to_string(sequence);
  event.meta.workspace = std::move(workspace);
  event.meta.actor = "api-key/test";
  event.meta.correlation_id = "request-1";
  event.meta.occurred_at =
      Timestamp{std::chrono::microseconds{1'600'000'000'000'000 + static_cast<std::int64_t>(sequence) * 1'000'000}};
  event.data = "{\"value\":\"" + value + "\"}";
  event.partition_key = "ws/" + event.meta.workspace;
  return event;
}

}  // namespace ledger::test
