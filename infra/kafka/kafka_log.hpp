#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "infra/kafka/settings.hpp"
#include "log/log.hpp"

namespace ledger::kafka {

class Sender;
class Asker;
class LeaderWatch;

// The log on Kafka: one producer for the process, one consumer per reader, one client for questions. Thread-safe; a reader may outlive the
// log that made it, and is used by one thread at a time. Throws std::runtime_error when the settings are wrong; a broker that is away is no
// reason to throw.
class KafkaLog final : public log::Log {
 public:
  explicit KafkaLog(KafkaSettings settings);
  // Waits for reports that are due, at most close_timeout_ms; what is left is told as errors.
  ~KafkaLog() override;

  log::Taken append(const log::PartitionId& partition, const log::Record& record, log::OnReport on_report) override;
  void renew_sender() override;
  std::unique_ptr<log::Reader> read(const std::vector<log::ReadFrom>& from) override;
  tl::expected<log::Ends, log::LogFault> ends(const log::PartitionId& partition, std::chrono::milliseconds timeout) override;
  tl::expected<std::optional<log::Arrival>, log::LogFault> at(const log::PartitionId& partition, log::Offset offset,
                                                              std::chrono::milliseconds timeout) override;
  tl::expected<std::optional<log::TopicFacts>, log::LogFault> facts(const std::string& topic, std::chrono::milliseconds timeout) override;
  tl::expected<void, log::LogFault> create(const log::NewTopic& topic, std::chrono::milliseconds timeout) override;
  void warm(const std::string& topic, std::chrono::milliseconds timeout) override;

 private:
  std::shared_ptr<Sender> sender();

  const KafkaSettings settings_;
  std::unique_ptr<Asker> asker_;
  std::unique_ptr<LeaderWatch> watch_;
  std::mutex renew_mutex_;                            // one renewal at a time
  std::mutex sender_mutex_;                           // held while a record is handed over, so that none reaches a retired sender
  std::shared_ptr<Sender> sender_;                    // shared with a warm() under way
  std::jthread retiring_;                             // ends the sender before
};

}  // namespace ledger::kafka
