// Two nodes asked at the same time by as many clients each: what each gets done, and how many records are void.
//   bench/run contention [seconds a line, 60] [clients of each node, 32]
// Asked directly: bench_contention WHAT KEY_FILE SECONDS CLIENTS URL [URL]

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <future>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/load/connection.hpp"
#include "bench/load/scenarios.hpp"

namespace {

using namespace ledger::bench;

constexpr std::chrono::milliseconds kTimeout{20'000};

std::string read_word(const std::string& path) {
  std::ifstream in{path};
  std::string word;
  if (!(in >> word)) throw std::runtime_error{"nothing can be read from " + path};
  return word;
}

struct Records {
  double counting = 0;
  double voids = 0;
};

// What a node has read of the log so far.
Records records_seen(const Target& node) {
  Connection connection{node, kTimeout};
  const Answer answer = connection.call(request(node, "GET", "/metrics"));
  if (answer.status() != 200) throw std::runtime_error{"no metrics: " + answer.body()};
  Records seen;
  std::istringstream lines{answer.body()};
  for (std::string line; std::getline(lines, line);) {
    const auto value = [&] { return std::stod(line.substr(line.rfind(' '))); };
    if (line.starts_with("promptledger_partition_head_height{")) seen.counting += value();
    if (line.starts_with("promptledger_partition_void_records_total{")) seen.voids += value();
  }
  return seen;
}

void tell(const std::string& what, std::vector<Measured>& nodes, double void_share) {
  double all = 0, least = nodes.front().per_second(), most = 0, waited_ms = 0;
  std::uint64_t refused = 0;
  std::string each;
  for (auto& node : nodes) {
    all += node.per_second();
    least = std::min(least, node.per_second());
    most = std::max(most, node.per_second());
    waited_ms = std::max(waited_ms, static_cast<double>(node.latencies.percentile(0.99).count()) / 1'000);
    refused += node.refused + node.broken;
    each += (each.empty() ? "" : " + ") + std::to_string(static_cast<long>(node.per_second()));
  }
  std::printf("%-44s %9.0f %16s %9.2f %8.1f %% %11.1f %9llu\n", what.c_str(), all, each.c_str(), most > 0 ? least / most : 0, 100 * void_share, waited_ms,
              static_cast<unsigned long long>(refused));
  for (const auto& node : nodes) {
    if (node.refused > 0) std::printf("    refused, for example: %d %s\n", node.a_refused_status, node.a_refused_body.c_str());
  }
  std::fflush(stdout);
}

void measure(const std::string& what, const std::vector<Target>& nodes, const Load& load) {
  const auto before = records_seen(nodes.front());
  std::vector<std::future<Measured>> running;
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const auto run = fresh_run_name() + '-' + std::to_string(n);
    running.push_back(std::async(std::launch::async, [&, n, run] { return run_load(nodes[n], load, creating_prompts(nodes[n], run), {}); }));
  }
  std::vector<Measured> measured;
  for (auto& each : running) measured.push_back(each.get());
  const auto after = records_seen(nodes.front());
  const double counting = after.counting - before.counting, voids = after.voids - before.voids;
  tell(what, measured, voids / std::max(1.0, counting + voids));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc == 2 && std::string{argv[1]} == "heading") {
      std::printf("%-44s %9s %16s %9s %10s %11s %9s\n", "", "stored/s", "of each node", "fairness", "void", "p99 ms", "refused");
      return 0;
    }
    if (argc < 6) throw std::runtime_error{"bench/run contention starts this with what it needs"};
    const std::string key = read_word(argv[2]);
    std::vector<Target> nodes;
    for (int n = 5; n < argc; ++n) nodes.push_back(Target::parse(argv[n], key));
    measure(argv[1], nodes, {.clients = std::stoi(argv[4]), .measured_ms = std::chrono::seconds{std::stoi(argv[3])}, .answer_timeout_ms = kTimeout});
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "bench_contention: %s\n", fault.what());
    return 1;
  }
}
