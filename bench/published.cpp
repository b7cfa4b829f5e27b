// How fast events are published, beside a bare producer, and how soon, beside reading them from the log itself:
//   bench/run published [events, 100000] [rounds, 3] [partitions, 8] [seconds at each rate, 10]

#include <algorithm>
#include <cstdio>
#include <exception>
#include <thread>
#include <vector>

#include "bench/fill/linked_topics.hpp"
#include "bench/fill/synthetic_prompts.hpp"
#include "bench/load/latencies.hpp"
#include "bench/peers/bare_producer.hpp"
#include "bench/servers.hpp"
#include "domain/time.hpp"
#include "infra/kafka/kafka_log.hpp"
#include "projections/published/published.hpp"
#include "projections/published/topics.hpp"
#include "projections/runner.hpp"
#include "tests/support/postgres.hpp"

namespace {

using namespace ledger;
using Steady = std::chrono::steady_clock;

constexpr int kWorkspaces = 64;                          // so that every partition has a share
constexpr std::size_t kValueBytes = 600;                 // as large as events are on average
constexpr std::chrono::milliseconds kTimeout{60'000};
constexpr int kRates[] = {10, 100, 1'000};               // events a second

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.at(values.size() / 2);
}

// How old events are when a reader of these topics gets them, while it lives.
class Ages {
 public:
  Ages(log::Log& log, const std::vector<log::PartitionId>& partitions) {
    std::vector<log::ReadFrom> from;
    for (const auto& partition : partitions) from.push_back({partition, log.ends(partition, kTimeout).value().end});
    reader_ = log.read(from);
    thread_ = std::jthread([this](const std::stop_token& stop) { read(stop); });
  }

  bench::Latencies take() {
    thread_.request_stop();
    thread_.join();
    return std::move(ages_);
  }

 private:
  void read(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      for (const auto& arrival : reader_->poll(std::chrono::milliseconds{50}, 1'000).arrivals) {
        const auto recorded = parse_rfc3339(arrival.record.header("ce_recordedtime").value());
        ages_.add(std::chrono::duration_cast<bench::Latencies::Time>(std::chrono::system_clock::now() - recorded.value()));
      }
    }
  }

  std::unique_ptr<log::Reader> reader_;
  bench::Latencies ages_;
  std::jthread thread_;
};

void tell_ages(const char* what, int rate, bench::Latencies ages) {
  const auto ms = [&](double share) { return static_cast<double>(ages.percentile(share).count()) / 1'000; };
  std::printf("%-46s %6d %8zu %9.2f %9.2f\n", what, rate, ages.count(), ms(0.5), ms(0.99));
}

class Measure {
 public:
  Measure(std::uint64_t events, std::int32_t partitions)
      : events_{events}, partitions_{partitions}, topics_{log_, prefix_, partitions}, publisher_{sender_, {.delivery_timeout_ms = kTimeout}}, published_{publisher_} {
    const std::vector<std::string> log_topics{prefix_ + ".log.prompts", prefix_ + ".log.executions", prefix_ + ".log.feedback"};
    if (const auto made = projections::create_published_topics(log_, log_topics, {.name = {}}, kTimeout); !made) throw std::runtime_error{made.error()};
    for (std::int32_t number = 0; number < partitions; ++number) {
      log_side_.push_back({prefix_ + ".log.prompts", number});
      published_side_.push_back({prefix_ + ".prompts", number});
    }
  }

  void rate(int rounds) {
    for (; number_ < events_; ++number_) topics_.append(prompts_.event(number_));
    topics_.settle(kTimeout);
    std::vector<double> published, bare, bare_with_linger;
    const std::string bare_topic = bench::fresh_prefix();
    if (const auto made = log_.create({.name = bare_topic, .partitions = partitions_}, kTimeout); !made) throw std::runtime_error{made.error().why};
    const auto produce = [&](double linger_ms) {
      return bench::bare_producer_rate(bench::kafka_address(), bare_topic, partitions_, kValueBytes, linger_ms, std::chrono::milliseconds{3'000});
    };
    for (int round = 0; round < rounds; ++round) {
      pg::Connection{database_.settings()}.script("DROP SCHEMA IF EXISTS published CASCADE");
      const auto begin = Steady::now();
      const projections::Runner runner{log_, published_, runner_settings()};
      while (runner.status().applied < events_) std::this_thread::sleep_for(std::chrono::milliseconds{1});
      published.push_back(static_cast<double>(events_) / std::chrono::duration<double>(Steady::now() - begin).count());
      bare.push_back(produce(0));
      bare_with_linger.push_back(produce(5));
    }
    const double limit = median(bare);
    std::printf("limit: librdkafka alone, %zu B values, %d partitions    %9.0f /s (with 5 ms linger %.0f)\n", kValueBytes, partitions_, limit, median(bare_with_linger));
    std::printf("%llu events read, checked and published          %9.0f /s, %.0f %% of it\n\n", static_cast<unsigned long long>(events_), median(published),
                100 * median(published) / limit);
  }

  void age(int rate, std::chrono::seconds length) {
    const projections::Runner runner{log_, published_, runner_settings()};
    while (runner.status().state != projections::RunnerState::running) std::this_thread::sleep_for(std::chrono::milliseconds{10});
    Ages in_log{log_, log_side_}, in_published{log_, published_side_};
    const auto begin = Steady::now();
    for (int sent = 0; sent < rate * static_cast<int>(length.count()); ++sent) {
      std::this_thread::sleep_until(begin + sent * std::chrono::microseconds{1'000'000 / rate});
      topics_.append(prompts_.event(number_++));
    }
    topics_.settle(kTimeout);
    std::this_thread::sleep_for(std::chrono::seconds{1});
    tell_ages("read from the log", rate, in_log.take());
    tell_ages("read from the published topic", rate, in_published.take());
  }

 private:
  projections::RunnerSettings runner_settings() const {
    projections::RunnerSettings settings;
    settings.connection = database_.settings();
    settings.topic_prefix = prefix_;
    return settings;
  }

  const std::uint64_t events_;
  const std::int32_t partitions_;
  const std::string prefix_ = bench::fresh_prefix();
  const test::Database database_;
  kafka::KafkaLog log_{{.brokers = bench::kafka_address(), .client_id = "bench-log"}};
  kafka::KafkaLog sender_{{.brokers = bench::kafka_address(), .client_id = "bench-published", .gapless = true}};
  bench::LinkedTopics topics_;
  const bench::SyntheticPrompts prompts_{kWorkspaces};
  projections::Publisher publisher_;
  const projections::PublishedProjection published_;
  std::vector<log::PartitionId> log_side_, published_side_;
  std::uint64_t number_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  try {
    Measure measure{argc > 1 ? std::stoull(argv[1]) : 100'000, argc > 3 ? std::stoi(argv[3]) : 8};
    measure.rate(argc > 2 ? std::stoi(argv[2]) : 3);
    std::printf("%-46s %6s %8s %9s %9s\n", "age of an event when it is", "per s", "events", "p50 ms", "p99 ms");
    for (const int rate : kRates) measure.age(rate, std::chrono::seconds{argc > 4 ? std::stoi(argv[4]) : 10});
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "bench_published: %s\n", fault.what());
    return 1;
  }
}
