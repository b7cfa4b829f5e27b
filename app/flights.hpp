#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <string>
#include <vector>

#include "commands/command_side.hpp"

namespace ledger::app {

struct FlightSettings {
  std::size_t at_once = 256;                          // commands sent and not answered
  std::chrono::milliseconds deadline_ms{60'000};      // for one command, all its tries together
};

// Commands of a program that gives many, which may come twice: sent many at once, settled in the order in which they were sent. One thread.
class Flights {
 public:
  using Propose = std::function<Proposal()>;          // the same again, for another try
  using Settled = std::function<void(const Outcome&)>;

  Flights(CommandSide& commands, FlightSettings settings) : commands_(commands), settings_(settings) {}

  // Settles the oldest first while there are too many. The number says which it was.
  std::uint64_t send(Propose propose, Settled settled);
  // Sends one and waits for its outcome, besides those that are under way.
  Outcome try_now(const Propose& propose);
  void settle_through(std::uint64_t number);
  void settle_all() { settle_through(sent_); }

  // The furthest position of each partition that an outcome had.
  std::vector<log::Position> reached() const;

 private:
  struct Flight {
    std::uint64_t number = 0;
    Propose propose;
    Settled settled;
    std::future<Outcome> outcome;
    std::chrono::steady_clock::time_point give_up_at;
  };

  void settle();                                      // the oldest, until its outcome is definite
  Outcome definite(std::future<Outcome> sent, const Propose& propose, std::chrono::steady_clock::time_point give_up_at);

  CommandSide& commands_;
  const FlightSettings settings_;
  std::deque<Flight> flights_;
  std::uint64_t sent_ = 0;
  std::map<log::PartitionId, std::uint64_t> reached_;
};

// What a refusal says, with all its fields.
std::string sentence_of(const Rejection& rejection);

}  // namespace ledger::app
