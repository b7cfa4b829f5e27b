// What the log and the command side do without HTTP, on real servers, beside librdkafka alone:
//   bench/run command_rates [seconds a line, 5] [workspaces, 1] [clients…, 1 16 64 512]
// A workspace is one partition key, so one workspace is one partition and one writer; more of them spread over 8 partitions.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <vector>

#include "bench/closed_loop.hpp"
#include "bench/fill/linked_topics.hpp"
#include "bench/fill/synthetic_prompts.hpp"
#include "bench/peers/append_and_read_back.hpp"
#include "bench/peers/bare_producer.hpp"
#include "bench/servers.hpp"
#include "commands/command_side.hpp"
#include "commands/prompt/propose.hpp"
#include "infra/crypto/uuid.hpp"
#include "infra/kafka/kafka_log.hpp"
#include "projections/history/store.hpp"
#include "projections/registry.hpp"
#include "projections/runner.hpp"
#include "tests/support/postgres.hpp"

namespace {

using namespace ledger;
using bench::Done;
using bench::LoopResult;
using bench::LoopTimes;

constexpr std::size_t kTextBytes = 500;                  // an event's value is then about 600 bytes
constexpr std::chrono::milliseconds kTimeout{10'000};
constexpr int kPartitions = 8;

struct Plan {
  LoopTimes times;
  int workspaces = 1;
  std::vector<int> clients;
};

void heading() { std::printf("%-52s %8s %10s %9s %9s %12s %8s\n", "", "clients", "per s", "p50 ms", "p99 ms", "cpu us/call", "failed"); }

void line(const std::string& what, int clients, LoopResult& result) {
  const auto ms = [&](double share) { return static_cast<double>(result.latencies.percentile(share).count()) / 1'000; };
  std::printf("%-52s %8d %10.0f %9.2f %9.2f %12.0f %8llu\n", what.c_str(), clients, result.per_second(), ms(0.5), ms(0.99), result.cpu_us_per_call,
              static_cast<unsigned long long>(result.failed));
  std::fflush(stdout);
}

// The command side as `up` has it, with the history kept up behind it.
class Commands {
 public:
  Commands(log::Log& log, const test::Database& database, const std::string& prefix, int workspaces)
      : pool_{{.connection = database.settings(), .size = 8}}, store_{pool_}, side_{settings(prefix), log, store_, "bench/" + prefix, crypto::new_uuid, [](const log::PartitionId&, const std::string& why) {
          std::fprintf(stderr, "halted: %s\n", why.c_str());
        }} {
    FoundationSettings foundation;
    foundation.topic_prefix = prefix;
    if (const auto created = create_topics(log, foundation); !created) throw std::runtime_error{created.error()};
    const auto& history = *projections::find("history");
    {
      pg::Connection connection{database.settings()};
      projections::create_model(connection, history, "history", projections::Indexes::now);
    }
    if (const auto started = side_.start(); !started) throw std::runtime_error{started.error()};
    projections::RunnerSettings runner;
    runner.connection = database.settings();
    runner.topic_prefix = prefix;
    runner_.emplace(log, history, runner);
    for (int n = 0; n < workspaces; ++n) workspaces_.push_back(crypto::new_uuid());
  }

  LoopResult measure(int clients, const LoopTimes& times) {
    std::vector<Client> each(static_cast<std::size_t>(clients));
    auto result = bench::run_closed_loop(clients, times, [&](int client, const Done& done) {
      side_.submit(next(client, each[static_cast<std::size_t>(client)]), [done](const Outcome& outcome) {
        const bool stored = std::holds_alternative<Accepted>(outcome);
        if (const auto* refused = std::get_if<Rejection>(&outcome)) std::fprintf(stderr, "refused: %s\n", refused->detail.c_str());
        if (const auto* not_stored = std::get_if<NotStored>(&outcome)) std::fprintf(stderr, "not stored: %s\n", not_stored->detail.c_str());
        done(stored);
      });
    });
    return result;
  }

 private:
  struct Client {
    std::string prompt;
    std::uint64_t calls = 0;
  };

  static CommandSideSettings settings(const std::string& prefix) {
    CommandSideSettings made;
    made.foundation.topic_prefix = prefix;
    return made;
  }

  // One prompt after the other: created, then three new versions of it.
  Proposal next(int client, Client& state) {
    Caller caller;
    caller.workspace = workspaces_[static_cast<std::size_t>(client) % workspaces_.size()];
    caller.actor = "api-key/bench";
    caller.role = access::Role::admin;
    caller.correlation_id = "bench-" + std::to_string(client) + "-" + std::to_string(state.calls);
    caller.key = CommandKey{crypto::new_uuid(), "digest", true};
    caller.bytes = kTextBytes;
    prompt::ContentChange content;
    content.body = prompt::Text{bench::words(next_text_++, kTextBytes)};
    if (state.calls++ % 4 == 0) {
      state.prompt = crypto::new_uuid();
      prompt::CreatePrompt create;
      create.name = {"bench", state.prompt};
      create.content = std::move(content);
      return prompt::propose(state.prompt, std::move(create), caller);
    }
    prompt::AddVersion add;
    add.content = std::move(content);
    return prompt::propose(state.prompt, std::move(add), caller);
  }

  pg::Pool pool_;
  projections::HistoryStore store_;
  CommandSide side_;
  std::optional<projections::Runner> runner_;
  std::vector<std::string> workspaces_;
  std::uint64_t next_text_ = 0;
};

void measure(const Plan& plan) {
  kafka::KafkaLog log{{.brokers = bench::kafka_address(), .client_id = "bench-commands"}};
  const int spread = plan.workspaces == 1 ? 1 : kPartitions;
  const std::string bare_topic = bench::fresh_prefix();
  if (const auto created = log.create({.name = bare_topic, .partitions = kPartitions}, kTimeout); !created) throw std::runtime_error{created.error().why};
  log.warm(bare_topic, kTimeout);

  const auto bare = [&](double linger_ms) { return bench::bare_producer_rate(bench::kafka_address(), bare_topic, spread, 600, linger_ms, plan.times.measured_ms); };
  const double limit = bare(5);
  std::printf("limit: librdkafka alone, 600 B values, %d partitions, 5 ms linger %9.0f /s\n", spread, limit);
  std::printf("       the same without linger, as our sender is set           %9.0f /s\n\n", bare(0));

  heading();
  {
    bench::AppendAndReadBack append{log, bare_topic, spread};
    for (const int clients : plan.clients) {
      auto result = append.measure(clients, plan.times);
      line("log alone: append and read back", clients, result);
    }
  }
  const test::Database database;
  Commands commands{log, database, bench::fresh_prefix(), plan.workspaces};
  double best = 0;
  for (const int clients : plan.clients) {
    auto result = commands.measure(clients, plan.times);
    line("commands (1 create, 3 versions), " + std::to_string(plan.workspaces) + " workspace(s)", clients, result);
    best = std::max(best, result.per_second());
  }
  std::printf("\nmost commands/s: %.0f, %.0f %% of librdkafka alone (aim of bulk appends: 40,000/s)\n", best, 100 * best / limit);
}

}  // namespace

int main(int argc, char** argv) {
  Plan plan;
  if (argc > 1) plan.times.measured_ms = std::chrono::seconds{std::stoi(argv[1])};
  if (argc > 2) plan.workspaces = std::stoi(argv[2]);
  for (int n = 3; n < argc; ++n) plan.clients.push_back(std::stoi(argv[n]));
  if (plan.clients.empty()) plan.clients = {1, 16, 64, 512};
  try {
    measure(plan);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "bench_command_rates: %s\n", fault.what());
    return 1;
  }
}
