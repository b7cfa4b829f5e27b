#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "commands/execution/commands.hpp"
#include "domain/execution/codec.hpp"
#include "tests/support/random_commands.hpp"
#include "tests/support/spec.hpp"

namespace ledger::execution {

// A few executions that are driven through everything that can become of them, created at any time within some weeks, in
// no order. Keeps what was decided as the log would, and the states that it adds up to. The same seed makes the same.
class RandomExecutions {
 public:
  static constexpr std::size_t kExecutions = 60;

  void take(std::uint32_t seed) {
    prompt::RandomCommands random{seed};
    const std::string id = "e" + std::to_string(random.below(kExecutions));
    State& state = states_[id];
    const Timestamp at = state.exists() ? last_[id] + minutes(random, 20) : begin() + minutes(random, 40 * 24 * 60);
    switch (random.below(7)) {
      case 0: return keep(id, at, decide(state, record(random, at), {.prompt_exists = true, .version_exists = true}, at));
      case 1: return keep(id, at, decide(state, Start{}, at));
      case 2: return keep(id, at, decide(state, Complete{ending(random)}, at));
      case 3: return keep(id, at, decide(state, Fail{failure(random)}, at));
      case 4: return keep(id, at, random.one_in(3) ? decide(state, Cancel{}, at) : decide(state, Start{}, at));
      case 5: return keep(id, at, decide(state, Validate{{kValidations[random.below(kValidations.size())], {}}}, at));
      default: return keep(id, at, decide(state, AppendLog{LogLevel::info, "line", {"{}"}}, at));
    }
  }

  const std::map<std::string, State>& states() const { return states_; }
  const std::vector<RecordedEvent>& log() const { return log_; }

 private:
  static Timestamp begin() { return spec::meta_at(0).occurred_at; }
  static std::chrono::microseconds minutes(prompt::RandomCommands& random, std::size_t most) {
    return std::chrono::minutes{random.below(most)} + std::chrono::microseconds{random.below(60'000'000)};
  }

  static Ending ending(prompt::RandomCommands& random) {
    Ending ending;
    ending.usage.tokens = {{"input", random.below(5'000)}, {"output", random.below(900)}};
    if (random.one_in(3)) ending.usage.tokens.emplace(random.one_in(2) ? "cached_input" : "audio", random.below(70));
    ending.cost = Money{static_cast<std::int64_t>(random.below(9'000'000))};
    ending.latency_ms = static_cast<std::uint32_t>(1 + random.below(random.one_in(2) ? 40 : 30'000));
    return ending;
  }
  static Ending failure(prompt::RandomCommands& random) {
    Ending failed = ending(random);
    failed.error = "quota";
    return failed;
  }
  static Record record(prompt::RandomCommands& random, Timestamp at) {
    Record command;
    command.request = {.request_id = "r", .prompt = "p" + std::to_string(random.below(3)), .version = 1 + static_cast<prompt::VersionNumber>(random.below(2)),
                       .label = random.one_in(2) ? "production" : "", .ab_test = {}, .priority = Priority::normal, .provider = {},
                       .model = random.one_in(2) ? "flash" : "pro", .inputs = {"{}", {}}, .context = {"{}"}, .user = {}, .session = {}, .trace_id = {}, .edge_function_id = {}};
    command.status = kStatuses[random.below(kStatuses.size())];
    command.created_at = at;
    if (command.status == Status::pending) return command;
    command.started_at = at;
    if (!has_ended(command.status)) return command;
    command.completed_at = at + minutes(random, 5);
    if (command.status == Status::completed) command.ending = ending(random);
    if (command.status == Status::failed) command.ending = failure(random);
    return command;
  }

  void keep(const std::string& id, Timestamp at, const Decision<Event>& decided) {
    if (!decided || !*decided) return;
    RecordedEvent recorded;
    const EncodedEvent encoded = encode(**decided);
    recorded.type = encoded.type;
    recorded.data = encoded.data;
    recorded.stream = {std::string{kStreamKind}, id};
    recorded.sequence = states_[id].version + 1;
    recorded.meta = spec::meta_at(log_.size());
    recorded.meta.occurred_at = last_[id] = at;
    recorded.partition_key = recorded.stream.text();
    states_[id] = evolve(std::move(states_[id]), **decided, recorded.meta);
    log_.push_back(std::move(recorded));
  }

  std::map<std::string, State> states_;
  std::map<std::string, Timestamp> last_;
  std::vector<RecordedEvent> log_;
};

}  // namespace ledger::execution
