#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "infra/kafka/handles.hpp"
#include "infra/kafka/settings.hpp"

namespace ledger::kafka {

// The library refused a setting, or could not be started.
class KafkaFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What a client calls back with. It must outlive the client and stay where it is. None of these may throw.
struct Callbacks {
  OnLog on_log;
  // Errors of the connection as a whole, from within rd_kafka_poll(); empty: they go to on_log.
  std::function<void(rd_kafka_resp_err_t error, std::string_view why)> on_error;
  // Delivery reports, from within rd_kafka_poll().
  std::function<void(const rd_kafka_message_t& message)> on_delivery;
  int events = 0;                      // RD_KAFKA_EVENT_…: what comes over the client's queue instead of by a callback
};

using Properties = std::vector<std::pair<std::string, std::string>>;

// Starts a client: the settings' extra properties first, then what all clients of ours have in common, then `own`. Throws KafkaFault.
Client open_client(rd_kafka_type_t type, const KafkaSettings& settings, const Properties& own, Callbacks& callbacks);

// A handle by which one client speaks of a topic. Throws KafkaFault.
TopicHandle open_topic(rd_kafka_t* client, const std::string& topic);

std::string describe(std::string_view what, rd_kafka_resp_err_t error);

}  // namespace ledger::kafka
