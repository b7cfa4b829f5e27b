#include "bench/fill/synthetic_executions.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "bench/fill/synthetic_prompts.hpp"
#include "domain/execution/codec.hpp"

namespace ledger::bench {
namespace {

constexpr double kTwoPi = 6.283185307179586;
constexpr int kDays = 365;
constexpr int kUsers = 20'000;
constexpr std::size_t kOutputBytes = 300;

// Even in [0, 1), from a number and what it is for (splitmix64).
double even(std::uint64_t number, std::uint64_t use) {
  std::uint64_t x = (number + 1) * 0x9e3779b97f4a7c15 + use * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return static_cast<double>((x ^ (x >> 31)) >> 11) / 9'007'199'254'740'992.0;
}

double normal(std::uint64_t number, std::uint64_t use) { return std::sqrt(-2 * std::log(1 - even(number, use))) * std::cos(kTwoPi * even(number, use + 1)); }

}  // namespace

Timestamp SyntheticExecutions::begin() { return parse_rfc3339("2025-01-01T00:00:00Z").value(); }
std::string SyntheticExecutions::workspace() { return numbered_id(1); }

std::string SyntheticExecutions::id(std::uint64_t number) const { return numbered_id(1'000'000 + number); }

execution::Recorded SyntheticExecutions::recorded(std::uint64_t number) const {
  const double day = static_cast<double>(number) * kDays / static_cast<double>(executions_);
  const double hour = day - std::floor(day);
  const double of_day = hour + 0.12 * std::sin(kTwoPi * hour);  // fewer at its ends than around noon
  const auto created = begin() + std::chrono::microseconds{static_cast<std::int64_t>((std::floor(day) + of_day) * 86'400e6)};
  const double rank = std::pow(even(number, 1), 2.0);

  execution::Recorded event;
  auto& request = event.request;
  request.request_id = "req-" + std::to_string(number);
  request.prompt = numbered_id(2'000 + static_cast<std::uint64_t>(rank * kPrompts));
  request.version = 1 + static_cast<prompt::VersionNumber>(day / 122);
  request.label = even(number, 2) < 0.8 ? "production" : "staging";
  request.provider = "gemini";
  request.model = even(number, 3) < 0.7 ? "gemini-2.5-flash" : "gemini-2.5-pro";
  request.user = "user-" + std::to_string(static_cast<int>(even(number, 4) * kUsers));
  event.status = even(number, 5) < 0.05 ? execution::Status::failed : execution::Status::completed;
  event.created_at = created;
  event.started_at = created;
  auto& ending = event.ending;
  ending.latency_ms = static_cast<std::uint32_t>(std::clamp(std::exp(6.7 + 0.7 * normal(number, 6)), 1.0, 600'000.0));
  event.completed_at = created + std::chrono::milliseconds{*ending.latency_ms};
  if (event.status == execution::Status::failed) {
    ending.error = "quota";
  } else {
    ending.output.text = words(number, kOutputBytes);
    ending.usage.tokens = {{"input", 200 + static_cast<std::uint64_t>(even(number, 8) * 2'000)}, {"output", static_cast<std::uint64_t>(even(number, 9) * 600)}};
    for (const auto& [kind, tokens] : ending.usage.tokens) ending.usage.total += tokens;
    ending.cost = Money{static_cast<std::int64_t>(ending.usage.total) * 3};
  }
  return event;
}

RecordedEvent SyntheticExecutions::event(std::uint64_t number) const {
  const auto encoded = execution::encode(execution::Event{recorded(number)});
  RecordedEvent event;
  event.type = encoded.type;
  event.data = encoded.data;
  event.stream = {std::string{execution::kStreamKind}, id(number)};
  event.sequence = 1;
  event.meta.event_id = numbered_id(number);
  event.meta.workspace = workspace();
  event.meta.actor = "api-key/bench";
  event.meta.correlation_id = "bench";
  event.meta.occurred_at = begin();
  event.partition_key = event.stream.text();
  return event;
}

execution::State SyntheticExecutions::state(std::uint64_t number) const {
  Meta meta;
  meta.workspace = workspace();
  meta.actor = "api-key/bench";
  meta.occurred_at = meta.recorded_at = begin();
  return evolve({}, execution::Event{recorded(number)}, meta);
}

}  // namespace ledger::bench
