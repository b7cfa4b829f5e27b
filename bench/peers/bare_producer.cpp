#include "bench/peers/bare_producer.hpp"

#include <librdkafka/rdkafka.h>

#include <array>
#include <atomic>
#include <memory>
#include <stdexcept>

#include "bench/fill/synthetic_prompts.hpp"

namespace ledger::bench {
namespace {

constexpr int kFlushMs = 30'000;

using Producer = std::unique_ptr<rd_kafka_t, decltype(&rd_kafka_destroy)>;
using Topic = std::unique_ptr<rd_kafka_topic_t, decltype(&rd_kafka_topic_destroy)>;

void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) ++*static_cast<std::uint64_t*>(opaque);
}

Producer open(const std::string& brokers, double linger_ms, std::uint64_t& delivered) {
  std::array<char, 512> why{};
  auto* conf = rd_kafka_conf_new();
  const std::array<std::array<std::string, 2>, 5> settings{{{"bootstrap.servers", brokers},
                                                            {"enable.idempotence", "true"},
                                                            {"acks", "all"},
                                                            {"compression.type", "lz4"},
                                                            {"linger.ms", std::to_string(linger_ms)}}};
  for (const auto& [name, value] : settings) {
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why.data(), why.size()) != RD_KAFKA_CONF_OK) throw std::runtime_error{why.data()};
  }
  rd_kafka_conf_set_opaque(conf, &delivered);
  rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
  Producer producer{rd_kafka_new(RD_KAFKA_PRODUCER, conf, why.data(), why.size()), rd_kafka_destroy};
  if (!producer) throw std::runtime_error{why.data()};
  return producer;
}

}  // namespace

double bare_producer_rate(const std::string& brokers, const std::string& topic, int partitions, std::size_t value_bytes, double linger_ms,
                          std::chrono::milliseconds measured_ms) {
  std::uint64_t delivered = 0;                          // counted within rd_kafka_poll, by this thread
  const auto producer = open(brokers, linger_ms, delivered);
  const Topic handle{rd_kafka_topic_new(producer.get(), topic.c_str(), nullptr), rd_kafka_topic_destroy};
  const rd_kafka_metadata_t* metadata = nullptr;        // so that the first record does not wait for its leader
  if (rd_kafka_metadata(producer.get(), 0, handle.get(), &metadata, kFlushMs) == RD_KAFKA_RESP_ERR_NO_ERROR) rd_kafka_metadata_destroy(metadata);

  const std::string value = words(1, value_bytes);
  const auto begin = std::chrono::steady_clock::now();
  std::uint64_t sent = 0;
  while (std::chrono::steady_clock::now() - begin < measured_ms) {
    for (int n = 0; n < 100; ++n) {
      const auto partition = static_cast<std::int32_t>(sent % static_cast<std::uint64_t>(partitions));
      if (rd_kafka_produce(handle.get(), partition, RD_KAFKA_MSG_F_COPY, const_cast<char*>(value.data()), value.size(), nullptr, 0, nullptr) == 0) ++sent;
      else rd_kafka_poll(producer.get(), 1);
    }
    rd_kafka_poll(producer.get(), 0);
  }
  rd_kafka_flush(producer.get(), kFlushMs);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (delivered < sent) throw std::runtime_error{"the bare producer lost records"};
  return static_cast<double>(delivered) / seconds;
}

}  // namespace ledger::bench
