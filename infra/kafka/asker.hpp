#pragma once

#include <mutex>
#include <string>

#include "infra/kafka/client.hpp"
#include "log/groups.hpp"

namespace ledger::kafka {

// What the members of a group tell each other in their clients' ids, the only text of theirs that a coordinator gives back: name and `about`.
std::string to_client_id(const log::GroupSettings& group);

// One client for questions: bounds, single records, who leads what, a topic's settings, who is in a group. Thread-safe. Every call is bounded by its timeout.
class Asker {
 public:
  // Throws KafkaFault.
  explicit Asker(const KafkaSettings& settings);

  tl::expected<log::Ends, log::LogFault> ends(const log::PartitionId& partition, std::chrono::milliseconds timeout);
  tl::expected<std::optional<log::Arrival>, log::LogFault> at(const log::PartitionId& partition, log::Offset offset,
                                                              std::chrono::milliseconds timeout);
  tl::expected<std::optional<log::TopicFacts>, log::LogFault> facts(const std::string& topic, std::chrono::milliseconds timeout);
  tl::expected<void, log::LogFault> create(const log::NewTopic& topic, std::chrono::milliseconds timeout);
  // The broker that leads each partition, by number; -1 where none does at the moment. Empty when there is no such topic.
  tl::expected<std::vector<std::int32_t>, log::LogFault> leaders(const std::string& topic, std::chrono::milliseconds timeout);
  // Who is in a consumer group, by the coordinator's word. Empty when there is no such group.
  tl::expected<std::vector<log::Member>, log::LogFault> members(const std::string& group, std::chrono::milliseconds timeout);

 private:
  tl::expected<log::Offset, log::LogFault> bound(const log::PartitionId& partition, std::int64_t which, std::chrono::milliseconds timeout);
  tl::expected<Metadata, log::LogFault> metadata(const std::string& topic, std::chrono::milliseconds timeout);
  tl::expected<Event, log::LogFault> wait(rd_kafka_queue_t* queue, std::chrono::milliseconds timeout);
  AdminOptions options(rd_kafka_admin_op_t operation, std::chrono::milliseconds timeout);

  Callbacks callbacks_;
  Client client_;
  std::timed_mutex one_record_mutex_;    // a partition can be read only once by one client
};

}  // namespace ledger::kafka
