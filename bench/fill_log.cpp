// Makes a ledger of many events in Kafka, for whoever wants to see the program with much behind it:
//   PROMPTLEDGER_TEST_KAFKA=… bench_fill_log <events> <topic prefix> [partitions, 8]

#include <cstdio>
#include <exception>

#include "bench/fill/linked_topics.hpp"
#include "bench/fill/synthetic_prompts.hpp"
#include "bench/servers.hpp"
#include "infra/kafka/kafka_log.hpp"

namespace {

constexpr int kWorkspaces = 64;
constexpr std::chrono::milliseconds kSettle{120'000};

void fill(std::uint64_t events, const std::string& prefix, std::int32_t partitions) {
  ledger::kafka::KafkaLog log{{.brokers = ledger::bench::kafka_address(), .client_id = "bench-fill"}};
  ledger::bench::LinkedTopics topics{log, prefix, partitions};
  const ledger::bench::SyntheticPrompts prompts{kWorkspaces};
  for (std::uint64_t number = 0; number < events; ++number) topics.append(prompts.event(number));
  topics.settle(kSettle);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: bench_fill_log <events> <topic prefix> [partitions]\n");
    return 2;
  }
  try {
    fill(std::stoull(argv[1]), argv[2], argc > 3 ? std::stoi(argv[3]) : 8);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "bench_fill_log: %s\n", fault.what());
    return 1;
  }
}
