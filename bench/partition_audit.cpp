// How fast the log is verified: one partition, beside what no verifier can do without, and several side by side.
//   bench/run partition_audit [events, 300000] [rounds, 3]

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <stdexcept>
#include <string>
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
constexpr int kPartitions = 8;
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
  void tell(const std::string& what, const Rates& beside) const {
    std::printf("  %-34s %9.0f /s (%3.0f %%) %9.0f /s of one core (%3.0f %%)\n", what.c_str(), median(by_clock), 100 * median(by_clock) / median(beside.by_clock), median(by_processor),
                100 * median(by_processor) / median(beside.by_processor));
  }
};

// A log of so many partitions of each topic.
struct Filled {
  Filled(log::Log& filled, std::uint64_t events, std::int32_t count) : log{filled}, topics{filled, prefix, count} {
    for (std::int32_t number = 0; number < count; ++number) partitions.push_back({prefix + ".log.prompts", number});
    const bench::SyntheticPrompts prompts{kWorkspaces};
    for (std::uint64_t number = 0; number < events; ++number) topics.append(prompts.event(number));
    topics.settle(kTimeout);
  }

  // Every record of the first partition, from the first to the last, as an audit reads them.
  template <class OnRecord>
  void read(OnRecord on_record) const {
    const auto& partition = partitions.front();
    const auto end = log.ends(partition, kTimeout).value().end;
    const auto reader = log.read({{partition, 0}});
    for (log::Offset next = 0; next < end;) {
      for (const auto& arrival : reader->poll(std::chrono::milliseconds{200}, 256).arrivals) {
        on_record(arrival.record);
        next = arrival.offset + 1;
      }
    }
  }
  // How many records were verified. The partition that checkpoints are in is read twice.
  double audit(std::size_t at_once) const {
    std::uint64_t records = 0;
    for (const auto& found : app::audit_log({.log = log, .partitions = partitions, .checkpoints = partitions.front(), .at_once = at_once})) {
      if (found.broken) throw std::runtime_error{"the log does not hold"};
      records += found.records * (found.partition == partitions.front() ? 2 : 1);
    }
    return static_cast<double>(records);
  }

  log::Log& log;
  const std::string prefix = bench::fresh_prefix();
  bench::LinkedTopics topics;
  std::vector<log::PartitionId> partitions;
};

void add_audit(Rates& rates, const Filled& filled, std::size_t at_once) {
  double records = 0;
  const auto spent = taken([&] { records = filled.audit(at_once); });
  rates.add(records, spent);
}

void measure_one_partition(const char* where, log::Log& log, std::uint64_t events, int rounds) {
  const Filled filled{log, events, 1};
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
    add_audit(audit, filled, 1);
  }
  std::printf("%s, one partition, %llu records of %llu B, %d rounds, medians; shares of the second line\n", where, static_cast<unsigned long long>(events),
              static_cast<unsigned long long>(filled.topics.record_bytes() / events), rounds);
  only_read.tell("only read", only_hash);
  only_hash.tell("read, and SHA-256 over the bytes", only_hash);
  audit.tell("verified: link rule, hashes, tree", only_hash);
}

void measure_side_by_side(const char* where, log::Log& log, std::uint64_t events, int rounds) {
  const Filled filled{log, events, kPartitions};
  constexpr std::array<std::size_t, 3> kAtOnce{1, 2, 4};
  std::array<Rates, kAtOnce.size()> rates;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t n = 0; n < kAtOnce.size(); ++n) add_audit(rates[n], filled, kAtOnce[n]);
  }
  std::printf("%s, %d partitions verified, of the same records; shares of the first line\n", where, kPartitions);
  for (std::size_t n = 0; n < kAtOnce.size(); ++n) rates[n].tell(std::to_string(kAtOnce[n]) + " at once", rates[0]);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::uint64_t events = argc > 1 ? std::stoull(argv[1]) : 300'000;
    const int rounds = argc > 2 ? std::stoi(argv[2]) : 3;
    {
      memory::MemoryLog log;
      measure_one_partition("in memory", log, events, rounds);
    }
    kafka::KafkaLog log{{.brokers = bench::kafka_address(), .client_id = "bench-audit"}};
    measure_one_partition("from Kafka", log, events, rounds);
    measure_side_by_side("from Kafka", log, events, rounds);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "bench_partition_audit: %s\n", fault.what());
    return 1;
  }
}
