#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "log/log.hpp"

namespace ledger::shared_reads {

class Trunk;

struct SharedReadsSettings {
  std::size_t window_bytes = std::size_t{4} << 20;   // of each partition: who is further behind the others reads for himself
};

// A log in front of a log, whose readers share one reading as far as they are at the same place. Thread-safe. The log behind must outlive it and
// its readers.
class SharedReads final : public log::Log {
 public:
  explicit SharedReads(log::Log& behind, SharedReadsSettings settings = {});
  ~SharedReads() override;

  std::unique_ptr<log::Reader> read(const std::vector<log::ReadFrom>& from) override;

  log::Taken append(const log::PartitionId& partition, const log::Record& record, log::OnReport on_report) override;
  void renew_sender() override;
  tl::expected<log::Ends, log::LogFault> ends(const log::PartitionId& partition, std::chrono::milliseconds timeout) override;
  tl::expected<std::optional<log::Arrival>, log::LogFault> at(const log::PartitionId& partition, log::Offset offset, std::chrono::milliseconds timeout) override;
  tl::expected<std::optional<log::TopicFacts>, log::LogFault> facts(const std::string& topic, std::chrono::milliseconds timeout) override;
  tl::expected<void, log::LogFault> create(const log::NewTopic& topic, std::chrono::milliseconds timeout) override;
  void warm(const std::string& topic, std::chrono::milliseconds timeout) override;

 private:
  log::Log& behind_;
  const std::shared_ptr<Trunk> trunk_;                // shared with the readers
};

}  // namespace ledger::shared_reads
