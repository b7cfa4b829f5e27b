#include "infra/kafka/client.hpp"

#include <array>

#include "infra/kafka/steady_waits.hpp"

namespace ledger::kafka {

namespace {

Callbacks& callbacks_of(void* opaque) { return *static_cast<Callbacks*>(opaque); }

void on_log(const rd_kafka_t* client, int severity, const char* facility, const char* text) noexcept {
  const auto* callbacks = static_cast<const Callbacks*>(rd_kafka_opaque(client));
  if (callbacks != nullptr && callbacks->on_log) callbacks->on_log(severity, std::string{facility} + ": " + text);
}

void on_error(rd_kafka_t*, int error, const char* why, void* opaque) noexcept {
  callbacks_of(opaque).on_error(static_cast<rd_kafka_resp_err_t>(error), why);
}

void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) noexcept { callbacks_of(opaque).on_delivery(*message); }

// The library's sentence quotes the value, which of the extra ones may be a secret.
void set_secretly(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  std::array<char, 256> unused{};
  if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), unused.data(), unused.size()) != RD_KAFKA_CONF_OK) {
    throw KafkaFault{"the Kafka client refuses the property " + name};
  }
}

void set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  std::array<char, 512> why{};
  if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why.data(), why.size()) != RD_KAFKA_CONF_OK) {
    throw KafkaFault{"the Kafka client refuses " + name + "=" + value + ": " + why.data()};
  }
}

}  // namespace

Client open_client(rd_kafka_type_t type, const KafkaSettings& settings, const Properties& own, Callbacks& callbacks) {
  have_steady_waits();
  Conf conf{rd_kafka_conf_new()};
  for (const auto& [name, value] : settings.extra) set_secretly(conf.get(), name, value);

  set(conf.get(), "bootstrap.servers", settings.brokers);
  set(conf.get(), "client.id", settings.client_id);
  set(conf.get(), "socket.nagle.disable", "true");
  set(conf.get(), "socket.keepalive.enable", "true");
  set(conf.get(), "socket.timeout.ms", std::to_string(settings.request_timeout_ms));
  set(conf.get(), "socket.connection.setup.timeout.ms", std::to_string(settings.request_timeout_ms));
  set(conf.get(), "reconnect.backoff.ms", std::to_string(settings.reconnect_min_ms));
  set(conf.get(), "reconnect.backoff.max.ms", std::to_string(settings.reconnect_max_ms));
  set(conf.get(), "topic.metadata.refresh.fast.interval.ms", "50");
  set(conf.get(), "topic.metadata.propagation.max.ms", std::to_string(settings.request_timeout_ms));
  set(conf.get(), "receive.message.max.bytes", "134217728");   // more than a fetch of many partitions can bring
  for (const auto& [name, value] : own) set(conf.get(), name, value);

  rd_kafka_conf_set_opaque(conf.get(), &callbacks);
  rd_kafka_conf_set_log_cb(conf.get(), on_log);
  rd_kafka_conf_set_events(conf.get(), callbacks.events);
  if (callbacks.on_error) rd_kafka_conf_set_error_cb(conf.get(), on_error);
  if (callbacks.on_delivery) rd_kafka_conf_set_dr_msg_cb(conf.get(), on_delivery);

  std::array<char, 512> why{};
  Client client{rd_kafka_new(type, conf.get(), why.data(), why.size())};
  if (!client) throw KafkaFault{std::string{"the Kafka client does not start: "} + why.data()};
  (void)conf.release();                                       // rd_kafka_new owns it, but only once it succeeded
  return client;
}

TopicHandle open_topic(rd_kafka_t* client, const std::string& topic) {
  TopicHandle handle{rd_kafka_topic_new(client, topic.c_str(), nullptr)};
  if (!handle) throw KafkaFault{describe("topic " + topic, rd_kafka_last_error())};
  return handle;
}

std::string describe(std::string_view what, rd_kafka_resp_err_t error) {
  return std::string{what} + ": " + rd_kafka_err2str(error) + " (" + rd_kafka_err2name(error) + ")";
}

}  // namespace ledger::kafka
