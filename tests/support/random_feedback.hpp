#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "commands/feedback/commands.hpp"
#include "tests/support/feedback_examples.hpp"
#include "tests/support/random_commands.hpp"
#include "tests/support/spec.hpp"

namespace ledger::feedback {

// Feedback on a few requests, judges' scores and scans, as nobody would give them. Keeps what was decided as the log
// would, and the states that it adds up to. The same seed makes the same.
class RandomFeedback {
 public:
  static constexpr std::size_t kRequests = 4;

  static GiveFeedback feedback_command(prompt::RandomCommands& random) {
    return {.request_id = "req-1",
            .user_choice = say(random, kUserChoices[random.below(3)]),
            .judge_winner = say(random, kAgents[random.below(3)]),
            .agent_winner = say(random, kAgents[random.below(3)]),
            .rating = say(random, static_cast<std::uint8_t>(random.below(7))),
            .thumbs = say(random, kThumbs[random.below(2)]),
            .comment = say(random, personal(random))};
  }
  static judge_score::GiveScores scores_command(prompt::RandomCommands& random) {
    judge_score::GiveScores scores{"p1", 1 + static_cast<prompt::VersionNumber>(random.below(3)), random.name(), {}};
    scores.scores.emplace("clarity", millionths(random, 10'000'000));
    if (random.one_in(2)) scores.scores.emplace("tone.of-voice_2", millionths(random, 10'000'000));
    return scores;
  }
  static security_scan::RecordScan scan_command(prompt::RandomCommands& random) {
    return {personal(random), millionths(random, 1'000'000), "safe", random.one_in(2) ? "u1" : ""};
  }

  void take(std::uint32_t seed) {
    prompt::RandomCommands random{seed};
    const auto kind = random.below(4);
    if (kind == 0) {
      keep(judge_score::kStreamKind, "s" + std::to_string(seed), scores_,
           judge_score::decide({}, scores_command(random), {.latest = 3}));
    } else if (kind == 1) {
      keep(security_scan::kStreamKind, "x" + std::to_string(seed), scans_,
           security_scan::decide({}, scan_command(random)));
    } else {
      const auto request = "req-" + std::to_string(random.below(kRequests));
      auto command = feedback_command(random);
      command.request_id = request;
      const GiveContext context{"ann", Origin{examples::about(request, "u" + request), "ann"}};
      keep(kStreamKind, "f-" + request, feedback_, decide(feedback_["f-" + request], command, context));
    }
  }

  const std::map<std::string, State>& feedback() const { return feedback_; }
  const std::map<std::string, judge_score::State>& scores() const { return scores_; }
  const std::map<std::string, security_scan::State>& scans() const { return scans_; }
  const std::vector<RecordedEvent>& log() const { return log_; }

 private:
  template <class T>
  static Say<T> say(prompt::RandomCommands& random, T value) {
    if (random.one_in(2)) return std::nullopt;
    return random.one_in(4) ? std::optional<T>{} : std::optional{std::move(value)};
  }
  static PersonalText personal(prompt::RandomCommands& random) {
    if (random.one_in(3)) return {"AQID" + std::to_string(random.below(9)), "user-" + std::to_string(random.below(3))};
    return {random.text(), {}};
  }
  static Score millionths(prompt::RandomCommands& random, std::size_t most) {
    return {static_cast<std::int64_t>(random.below(most + 1))};
  }

  template <class S, class E>
  void keep(std::string_view kind, const std::string& id, std::map<std::string, S>& states,
            const Decision<E>& decided) {
    if (!decided || !*decided) return;
    RecordedEvent recorded;
    const EncodedEvent encoded = encode(**decided);
    recorded.type = encoded.type;
    recorded.data = encoded.data;
    recorded.stream = {std::string{kind}, id};
    recorded.sequence = states[id].version + 1;
    recorded.meta = spec::meta_at(log_.size());
    recorded.partition_key = recorded.stream.text();
    states[id] = evolve(std::move(states[id]), **decided, recorded.meta);
    log_.push_back(std::move(recorded));
  }

  std::map<std::string, State> feedback_;
  std::map<std::string, judge_score::State> scores_;
  std::map<std::string, security_scan::State> scans_;
  std::vector<RecordedEvent> log_;
};

}  // namespace ledger::feedback
