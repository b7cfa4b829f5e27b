#pragma once

#include "log/log.hpp"

namespace ledger::log {

// A log in front of a log, which must outlive it: gives on whatever is not overridden.
class ForwardingLog : public Log {
 public:
  explicit ForwardingLog(Log& behind) : behind_{behind} {}

  Taken append(const PartitionId& partition, const Record& record, OnReport on_report) override;
  void renew_sender() override;
  std::unique_ptr<Reader> read(const std::vector<ReadFrom>& from) override;
  tl::expected<Ends, LogFault> ends(const PartitionId& partition, std::chrono::milliseconds timeout) override;
  tl::expected<std::optional<Arrival>, LogFault> at(const PartitionId& partition, Offset offset, std::chrono::milliseconds timeout) override;
  tl::expected<std::optional<TopicFacts>, LogFault> facts(const std::string& topic, std::chrono::milliseconds timeout) override;
  tl::expected<void, LogFault> create(const NewTopic& topic, std::chrono::milliseconds timeout) override;
  void warm(const std::string& topic, std::chrono::milliseconds timeout) override;

 protected:
  Log& behind() { return behind_; }

 private:
  Log& behind_;
};

}  // namespace ledger::log
