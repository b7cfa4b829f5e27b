#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "infra/kafka/client.hpp"
#include "log/groups.hpp"

namespace ledger::kafka {

// One client of the library in a consumer group, from its joining to its leaving or its end by a fatal error. Of one thread. The client only
// takes part in the group: to the library it assigns none of the partitions it is given, so nothing is fetched.
class GroupSession {
 public:
  // Throws KafkaFault.
  GroupSession(const KafkaSettings& kafka, const log::GroupSettings& group, log::GroupListener& listener);
  // Who has not left is missed by the group when the session has ended.
  ~GroupSession();
  GroupSession(const GroupSession&) = delete;
  GroupSession& operator=(const GroupSession&) = delete;

  // Waits a moment for what comes and tells the listener. False when the client is lost for good and fault() says why; what it had is told
  // as lost.
  bool serve();
  const std::string& fault() const { return fault_; }

  // Gives up what it has, so that the others need not wait for the session's end, and tells the listener nothing any more. False when that takes
  // longer than `patience`: to be called again, and nothing else of this, until it is true.
  bool leave(std::chrono::milliseconds patience);

 private:
  using Clock = std::chrono::steady_clock;
  using Partitions = std::vector<log::PartitionId>;

  // Of the library. In one piece, because in one case all of it must be left behind.
  struct Parts {
    Callbacks callbacks;
    Client client;
    Queue queue;                             // destroyed before the client
  };
  // Partitions that the group wants back, while the listener still has them.
  struct Revocation {
    Partitions partitions;
    std::shared_ptr<std::atomic<bool>> released;   // shared with the listener, who may be late
    Clock::time_point until;
  };

  void take(rd_kafka_event_t* event);
  void rebalance(rd_kafka_event_t* event);
  void failed(rd_kafka_event_t* event);
  void let_go();
  void answer_unheard();
  void unsubscribe();
  bool is_member();

  const KafkaSettings kafka_;
  const log::GroupSettings group_;
  log::GroupListener& listener_;
  std::unique_ptr<Parts> parts_;
  std::set<log::PartitionId> mine_;          // as the listener was told
  std::optional<Revocation> revocation_;
  bool joined_ = false;                      // an assignment came, if an empty one
  bool unsubscribed_ = false;
  std::string fault_;
  std::string last_error_;
};

}  // namespace ledger::kafka
