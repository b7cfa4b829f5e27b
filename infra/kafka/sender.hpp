#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "infra/kafka/client.hpp"
#include "log/log.hpp"

namespace ledger::kafka {

// One idempotent producer and the thread that serves its delivery reports. Thread-safe. Every append that was taken is reported exactly
// once: by the broker's answer, by the library giving it up, or as an error when the sender is destroyed.
class Sender {
 public:
  // Throws KafkaFault.
  explicit Sender(const KafkaSettings& settings);
  // Gives up what is still queued; takes a second at most, and tells the reports that are left as errors.
  ~Sender();
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  log::Taken append(const log::PartitionId& partition, const log::Record& record, log::OnReport on_report);
  // Knows the topic's leaders when it returns, or when the time is over, so that an append does not wait for them.
  void warm(const std::string& topic, std::chrono::milliseconds timeout);
  // The topics that were opened, warmed or appended to.
  std::vector<std::string> topics() const;
  // Asks for the topics' leaders without waiting for them.
  void open(const std::vector<std::string>& topics);
  // Waits at most this long for the reports that are due.
  void drain(std::chrono::milliseconds timeout);

 private:
  struct Pending {
    log::OnReport on_report;
    std::list<Pending>::iterator self;
  };

  rd_kafka_topic_t* topic(const std::string& name);
  void serve(const std::stop_token& stop);
  void delivered(const rd_kafka_message_t& message);
  void tell(Pending* pending, const log::Report& report);
  void tell_refused();

  const bool gapless_;
  std::atomic<bool> refusing_{false};            // gapless, and a record was refused: what follows it must not be taken
  Callbacks callbacks_;
  Client client_;
  mutable std::mutex topics_mutex_;
  std::map<std::string, TopicHandle> topics_;    // destroyed before the client
  std::mutex pending_mutex_;
  std::condition_variable drained_;
  std::list<Pending> pending_;
  std::vector<std::pair<Pending*, std::string>> refused_;   // at once by the library; told by the thread all the same
  std::jthread thread_;
};

}  // namespace ledger::kafka
