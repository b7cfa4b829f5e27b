#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "infra/kafka/client.hpp"
#include "infra/kafka/disturbances.hpp"

namespace ledger::kafka {

// An arrival from the library's message, which keeps its own.
log::Arrival to_arrival(const rd_kafka_message_t& message, std::string topic);

// Reads partitions from explicit offsets through the library's group-less consumer: no group, no coordinator, no committed offsets.
class Reader final : public log::Reader {
 public:
  // Throws KafkaFault.
  Reader(const KafkaSettings& settings, const std::vector<log::ReadFrom>& from, std::shared_ptr<Disturbances> disturbances);
  ~Reader() override;
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  log::Batch poll(std::chrono::milliseconds timeout, std::size_t max_records) override;

 private:
  std::vector<Message> consume(std::chrono::milliseconds timeout, std::size_t max_messages);
  void sort(const rd_kafka_message_t& message, log::Batch& batch);
  void keep_fetching(const log::Batch& taken);

  const std::shared_ptr<Disturbances> disturbances_;  // shared with the watch on the leaders
  std::vector<std::string> errors_;                   // of the connection, until the poll under way returns
  Callbacks callbacks_;
  Client client_;
  Queue queue_;
  std::map<std::string, TopicHandle> topics_;
  std::map<const rd_kafka_topic_t*, std::string> names_;
  std::vector<std::pair<rd_kafka_topic_t*, std::int32_t>> started_;
  const std::size_t nudge_bytes_;
  std::size_t bytes_since_nudge_ = 0;
};

}  // namespace ledger::kafka
