#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace ledger::bench {

// How many values per second librdkafka alone brings into a topic: an idempotent producer with acks=all that hands over as fast as its
// queue takes, and lets them gather for linger_ms. Partitions in turn. Throws std::runtime_error.
double bare_producer_rate(const std::string& brokers, const std::string& topic, int partitions, std::size_t value_bytes, double linger_ms,
                          std::chrono::milliseconds measured_ms);

}  // namespace ledger::bench
