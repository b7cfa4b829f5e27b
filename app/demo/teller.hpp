#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "app/demo/plan.hpp"
#include "app/demo/sample.hpp"
#include "app/demo/truth.hpp"
#include "commands/caller.hpp"
#include "commands/command_side.hpp"

namespace ledger::demo {

struct TellerSettings {
  std::string workspace;
  std::string key_secret;                                  // for the HMACs of idempotency keys
  std::size_t in_flight = 4'096;                           // commands sent and not answered
  std::chrono::milliseconds command_deadline_ms{60'000};   // for one, all its tries together
};

// How many there were of each kind, made now or by an earlier run.
struct Tellings {
  struct Count {
    std::uint64_t made = 0;
    std::uint64_t known = 0;
  };
  std::map<std::string, Count> kinds;
  std::map<log::PartitionId, std::uint64_t> reached;
};

// Tells the ledger the year by its commands, as clients would have: versions and labels, executions, feedback, judges' scores. Repeatable: every id and key
// comes from the seed. One thread. Throws when the ledger refuses something, or does not take it in time.
class Teller {
 public:
  Teller(CommandSide& commands, TellerSettings settings, const Year& year) : commands_(commands), settings_(std::move(settings)), year_(year) {}

  // `texts` are the templates of the year's prompts, in its order.
  void tell_versions(const std::vector<std::string>& texts);
  void tell(Sample sample);
  void tell_scores(std::size_t prompt, std::size_t version, std::uint64_t number, const std::string& judge, const judge_score::Scores& scores);
  Tellings finish();                   // waits for what is under way

  const std::vector<std::array<prompt::VersionNumber, kVersions>>& numbers() const { return numbers_; }

 private:
  struct Flight {
    std::string kind;
    std::function<Proposal()> propose;
    std::future<Outcome> outcome;
    std::chrono::steady_clock::time_point give_up_at;
  };

  Caller caller(Timestamp at, const std::string& partition_key, const std::string& key) const;
  void send(std::string kind, std::function<Proposal()> propose);
  Accepted settle();                   // the oldest flight
  Accepted await(std::string kind, std::function<Proposal()> propose);

  CommandSide& commands_;
  const TellerSettings settings_;
  const Year& year_;
  std::vector<std::array<prompt::VersionNumber, kVersions>> numbers_;
  std::deque<Flight> flights_;
  Tellings tellings_;
};

}  // namespace ledger::demo
