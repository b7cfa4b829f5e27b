// How fast the log is verified, one partition on one core, beside what no verifier can do without:
//   bench/run partition_audit [events, 300000] [rounds, 3]

#include <algorithm>
#include <chrono>
#include <cstdio>
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

template <class Act>
double seconds(Act act) {
  const auto begin = Steady::now();
  act();
  return std::chrono::duration<double>(Steady::now() - begin).count();
}

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
      for (const auto& arrival : reader->poll(std::chrono::milliseconds{200}, 10'000).arrivals) {
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
  std::vector<double> audit, only_read, only_hash;
  for (int round = 0; round < rounds; ++round) {
    only_read.push_back(static_cast<double>(events) / seconds([&] { filled.read([](const log::Record&) {}); }));
    only_hash.push_back(static_cast<double>(events) / seconds([&] {
                          filled.read([](const log::Record& record) {
                            log::Sha256 sha;
                            for (const auto& [name, value] : record.headers) sha.bytes(name).bytes(value);
                            (void)sha.bytes(record.key).bytes(record.value).finish();
                          });
                        }));
    audit.push_back(kReadings * static_cast<double>(events) / seconds([&] { filled.audit(events); }));
  }
  std::printf("%s, %llu records of %llu B, %d rounds, medians\n", where, static_cast<unsigned long long>(events),
              static_cast<unsigned long long>(filled.topics.record_bytes() / events), rounds);
  std::printf("  only read                                   %9.0f /s\n", median(only_read));
  std::printf("  read, and SHA-256 over the bytes            %9.0f /s\n", median(only_hash));
  std::printf("  verified: link rule, hashes, tree           %9.0f /s, %.0f %% of that\n\n", median(audit), 100 * median(audit) / median(only_hash));
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
