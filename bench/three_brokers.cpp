// Commands over HTTP on one broker and on three (three copies, two of which must have a record), in turn, and the log alone on both.
//   bench/run three_brokers [seconds a line, 5] [rounds, 3]
// Asked directly: bench_three_brokers URL KEY_FILE BROKERS (of one) URL KEY_FILE BROKERS (of three) [seconds] [rounds]

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <fstream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/fill/linked_topics.hpp"
#include "bench/load/scenarios.hpp"
#include "bench/peers/append_and_read_back.hpp"
#include "infra/kafka/kafka_log.hpp"

namespace {

using namespace ledger;
using namespace ledger::bench;

constexpr std::array kClients{1, 64, 512};
constexpr std::chrono::milliseconds kTimeout{20'000};

struct Side {
  const char* name;
  Target target;
  std::string brokers;
  std::int16_t copies;
  std::int32_t in_sync;
};

// Of all rounds together.
struct Sum {
  double per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
};

std::string read_word(const std::string& path) {
  std::ifstream in{path};
  std::string word;
  if (!(in >> word)) throw std::runtime_error{"nothing can be read from " + path};
  return word;
}

Sum told(const std::string& what, const Side& side, int clients, double per_second, Latencies& latencies, std::uint64_t failed) {
  const auto ms = [&](double share) { return static_cast<double>(latencies.percentile(share).count()) / 1'000; };
  const Sum sum{per_second, ms(0.5), ms(0.99)};
  std::printf("%-30s %-14s %8d %10.0f %9.2f %9.2f %8llu\n", what.c_str(), side.name, clients, sum.per_second, sum.p50_ms, sum.p99_ms, static_cast<unsigned long long>(failed));
  std::fflush(stdout);
  return sum;
}

Sum commands(const Side& side, int clients, std::chrono::milliseconds measured) {
  const Load load{.clients = clients, .measured_ms = measured};
  auto result = run_load(side.target, load, creating_prompts(side.target, fresh_run_name()), {});
  return told("creating prompts over HTTP", side, clients, result.per_second(), result.latencies, result.refused + result.broken);
}

// The log as the command side uses it, without anything else.
class LogAlone {
 public:
  explicit LogAlone(const Side& side) : side_{side}, log_{{.brokers = side.brokers, .client_id = "bench-three-brokers"}} {
    const log::NewTopic spec{.name = topic_, .partitions = 1, .replicas = side.copies, .min_insync_replicas = side.in_sync};
    if (const auto created = log_.create(spec, kTimeout); !created) throw std::runtime_error{created.error().why};
    log_.warm(topic_, kTimeout);
    append_.emplace(log_, topic_, 1);
  }

  Sum measure(int clients, std::chrono::milliseconds measured) {
    auto result = append_->measure(clients, {.measured_ms = measured});
    return told("log alone: append, read back", side_, clients, result.per_second(), result.latencies, result.failed);
  }

 private:
  const Side& side_;
  kafka::KafkaLog log_;
  const std::string topic_ = fresh_prefix();
  std::optional<AppendAndReadBack> append_;
};

double ratio(const std::vector<Sum>& three, const std::vector<Sum>& one, double Sum::*of) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < three.size(); ++i) ratios.push_back(three[i].*of / std::max(one[i].*of, 1e-9));
  std::ranges::nth_element(ratios, ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2));
  return ratios[ratios.size() / 2];
}

void measure(const std::array<Side, 2>& sides, std::chrono::milliseconds measured, int rounds) {
  std::printf("%-30s %-14s %8s %10s %9s %9s %8s\n", "", "", "clients", "per s", "p50 ms", "p99 ms", "failed");
  std::array<LogAlone, 2> logs{LogAlone{sides[0]}, LogAlone{sides[1]}};
  std::map<std::pair<const char*, int>, std::array<std::vector<Sum>, 2>> sums;
  for (int round = 0; round < rounds; ++round) {
    for (const int clients : kClients) {
      for (std::size_t side : {0U, 1U}) sums[{"log alone", clients}][side].push_back(logs[side].measure(clients, measured));
      for (std::size_t side : {0U, 1U}) sums[{"commands", clients}][side].push_back(commands(sides[side], clients, measured));
    }
  }
  std::printf("\nthree brokers over one, median of %d rounds\n", rounds);
  for (const auto& [key, both] : sums) {
    std::printf("%-10s %4d clients: %3.0f %% of the rate, %.2f times the p50, %.2f times the p99\n", key.first, key.second, 100 * ratio(both[1], both[0], &Sum::per_second),
                ratio(both[1], both[0], &Sum::p50_ms), ratio(both[1], both[0], &Sum::p99_ms));
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 7) throw std::runtime_error{"bench/run three_brokers starts this with what it needs"};
    const std::array<Side, 2> sides{Side{"one broker", Target::parse(argv[1], read_word(argv[2])), argv[3], 1, 1},
                                    Side{"three brokers", Target::parse(argv[4], read_word(argv[5])), argv[6], 3, 2}};
    measure(sides, std::chrono::seconds{argc > 7 ? std::stoi(argv[7]) : 5}, argc > 8 ? std::stoi(argv[8]) : 3);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "bench_three_brokers: %s\n", fault.what());
    return 1;
  }
}
