// How fast the log is verified, one partition on one core, beside what no verifier can do without:
//   bench/run partition_audit [events, 300000] [rounds, 3]

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <stdexcept>
#include <vector>

#include "app/proof/log_audit.hpp"
#include "bench/fill/linked_topics.hpp"
#include "bench/fill/synthetic_prompts.hpp"
#include "bench/servers.hpp"
#include "infra/kafka/kafka_log.hpp"
#include "infra/memory/memory_log.hpp"
#include "log/sha256.hpp"

namespace {

using namespace ledger;
using Steady = std::chrono::steady_clock;

constexpr int kWorkspaces = 64;
constexpr std::chrono::milliseconds kTimeout{120'000};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.at(values.size() / 2);
}

// What a piece of work takes, by the clock, and of processors: the whole process', with the threads of the log's client.
struct Taken {
  double clock_s = 0, processor_s = 0;
};

template <class Act>
Taken taken(Act act) {
  const auto begin = Steady::now();
  const auto processor = std::clock();
  act();
  return {std::chrono::duration<double>(Steady::now() - begin).count(), static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC};
}

// Records a second, by both.
struct Rates {
  std::vector<double> by_clock, by_processor;

  void add(double records, const Taken& taken) {
    by_clock.push_back(records / taken.clock_s);
    by_processor.push_back(records / taken.processor_s);
  }
  void tell(const char* what, const Rates& beside) const {
    std::printf("  %-44s %9.0f /s %9.0f /s of one core, %3.0f %%\n", what, median(by_clock), median(by_processor), 100 * median(by_processor) / median(beside.by_processor));
  }
};

// A log of one partition of each topic.
struct Filled {
  Filled(log::Log& filled, std::uint64_t events) : log{filled}, topics{filled, prefix, 1}, partition{prefix + ".log.prompts", 0} {
    const bench::SyntheticPrompts prompts{kWorkspaces};
    for (std::uint64_t number = 0; number < events; ++number) topics.append(prompts.event(number));
    topics.settle(kTimeout);
  }

  // Every record, from the first to the last.
  template <class OnRecord>
  void read(OnRecord on_record) const {
    const auto end = log.ends(partition, kTimeout).value().end;
    const auto reader = log.read({{partition, 0}});
    for (log::Offset next = 0; next < end;) {
      for (const auto& arrival : reader->poll(std::chrono::milliseconds{200}, 256).arrivals) {
        on_record(arrival.record);
        next = arrival.offset + 1;
      }
    }
  }
  void audit(std::uint64_t events) const {
    const auto found = app::audit_log({.log = log, .partitions = {partition}, .checkpoints = partition});
    if (found.front().broken || found.front().records < events) throw std::runtime_error{"the log does not hold"};
  }

  log::Log& log;
  const std::string prefix = bench::fresh_prefix();
  bench::LinkedTopics topics;
  const log::PartitionId partition;
};

// The partition that checkpoints are in is read twice, and here there is no other.
constexpr double kReadings = 2;

void measure(const char* where, log::Log& log, std::uint64_t events, int rounds) {
  const Filled filled{log, events};
  const auto records = static_cast<double>(events);
  Rates audit, only_read, only_hash;
  for (int round = 0; round < rounds; ++round) {
    only_read.add(records, taken([&] { filled.read([](const log::Record&) {}); }));
    only_hash.add(records, taken([&] {
                    filled.read([](const log::Record& record) {
                      log::Sha256 sha;
                      for (const auto& [name, value] : record.headers) sha.bytes(name).bytes(value);
                      (void)sha.bytes(record.key).bytes(record.value).finish();
                    });
                  }));
    audit.add(kReadings * records, taken([&] { filled.audit(events); }));
  }
  std::printf("%s, %llu records of %llu B, %d rounds, medians; shares of the second line\n", where, static_cast<unsigned long long>(events),
              static_cast<unsigned long long>(filled.topics.record_bytes() / events), rounds);
  only_read.tell("only read", only_hash);
  only_hash.tell("read, and SHA-256 over the bytes", only_hash);
  audit.tell("verified: link rule, hashes, tree", only_hash);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::uint64_t events = argc > 1 ? std::stoull(argv[1]) : 300'000;
    const int rounds = argc > 2 ? std::stoi(argv[2]) : 3;
    {
      memory::MemoryLog log;
      measure("in memory", log, events, rounds);
    }
    kafka::KafkaLog log{{.brokers = bench::kafka_address(), .client_id = "bench-audit"}};
    measure("from Kafka", log, events, rounds);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "bench_partition_audit: %s\n", fault.what());
    return 1;
  }
}
