// What a ledger does with more than it can take: creating prompts at 0.25 to 4 times what it can do at best.
//   bench/run overload [seconds a line, 8] [rounds, 2]
// Afterwards asked directly: bench_overload URL KEY_FILE PROCESS_ID [seconds] [rounds]

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/resource.h>

#include "bench/load/offered.hpp"
#include "bench/load/scenarios.hpp"

namespace {

using namespace ledger;
using namespace ledger::bench;

constexpr std::array kTimesCapacity{0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0};
constexpr int kClientsAtBest = 64;

struct Plan {
  Target target;
  std::string process;                 // its id
  std::chrono::milliseconds measured_ms{8'000};
  int rounds = 2;
};

std::string read_word(const std::string& path) {
  std::ifstream in{path};
  std::string word;
  if (!(in >> word)) throw std::runtime_error{"nothing can be read from " + path};
  return word;
}

// Resident memory of a process, in MiB.
long resident_mib(const std::string& process) {
  std::ifstream in{"/proc/" + process + "/status"};
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("VmRSS:")) return std::stol(line.substr(6)) / 1024;
  }
  throw std::runtime_error{"there is no process " + process};
}

// Calls per second of as many clients as it takes, each with one call under way.
double capacity(const Plan& plan) {
  const Load load{.clients = kClientsAtBest, .warm_up_ms = std::chrono::seconds{2}, .measured_ms = plan.measured_ms};
  const auto measured = run_load(plan.target, load, creating_prompts(plan.target, fresh_run_name()), {});
  if (measured.latencies.count() == 0) throw std::runtime_error{"nothing was accepted: " + measured.a_refused_body};
  std::printf("capacity: %.0f/s with %d clients in a closed loop, %llu refused\n\n", measured.per_second(), kClientsAtBest, static_cast<unsigned long long>(measured.refused));
  return measured.per_second();
}

void heading() {
  std::printf("%8s %9s %10s %8s %8s %9s %12s %12s %7s %9s %8s %6s %7s\n", "offered", "per s", "accepted/s", "p50 ms", "p99 ms", "refused %", "ref. p50 ms", "ref. p99 ms",
              "other", "given up", "broken", "conns", "RSS MiB");
}

void line(double times, double per_second, Served& served, long mib) {
  const auto ms = [](Latencies& latencies, double share) { return static_cast<double>(latencies.percentile(share).count()) / 1'000; };
  std::uint64_t other = 0;
  for (const auto& [status, count] : served.other) other += count;
  std::printf("%7.2fx %9.0f %10.0f %8.1f %8.1f %9.1f %12.1f %12.1f %7llu %9llu %8llu %6d %7ld\n", times, per_second, served.accepted_per_second(), ms(served.accepted, 0.5),
              ms(served.accepted, 0.99), 100.0 * static_cast<double>(served.refused.count()) / static_cast<double>(std::max<std::uint64_t>(served.offered(), 1)),
              ms(served.refused, 0.5), ms(served.refused, 0.99), static_cast<unsigned long long>(other), static_cast<unsigned long long>(served.given_up + served.not_made),
              static_cast<unsigned long long>(served.broken), served.most_connections, mib);
  for (const auto& [status, count] : served.other) std::printf("          %llu answers %d\n", static_cast<unsigned long long>(count), status);
  std::fflush(stdout);
}

void sweep(const Plan& plan) {
  const double full = capacity(plan);
  std::vector<double> accepted(kTimesCapacity.size());
  heading();
  for (int round = 0; round < plan.rounds; ++round) {
    for (std::size_t i = 0; i < kTimesCapacity.size(); ++i) {
      const Offered offered{.per_second = kTimesCapacity[i] * full, .warm_up_ms = std::chrono::seconds{2}, .measured_ms = plan.measured_ms};
      auto served = run_offered(plan.target, offered, creating_prompts(plan.target, fresh_run_name()), {});
      line(kTimesCapacity[i], offered.per_second, served, resident_mib(plan.process));
      accepted[i] += served.accepted_per_second() / plan.rounds;
    }
  }
  const double best = *std::max_element(accepted.begin(), accepted.end());
  std::printf("\nmean of %d rounds, goodput over the best:", plan.rounds);
  for (std::size_t i = 0; i < kTimesCapacity.size(); ++i) std::printf("  %gx %.0f %%", kTimesCapacity[i], 100 * accepted[i] / best);
  std::printf("\n");
}

// A descriptor for each connection.
void allow_many_sockets() {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 4) throw std::runtime_error{"bench/run overload starts this with what it needs"};
    Plan plan{.target = Target::parse(argv[1], read_word(argv[2])), .process = argv[3]};
    if (argc > 4) plan.measured_ms = std::chrono::seconds{std::stoi(argv[4])};
    if (argc > 5) plan.rounds = std::stoi(argv[5]);
    allow_many_sockets();
    sweep(plan);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "bench_overload: %s\n", fault.what());
    return 1;
  }
}
