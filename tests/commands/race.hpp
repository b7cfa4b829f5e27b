#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <random>
#include <string>
#include <vector>

#include "commands/partition_writer.hpp"

namespace ledger::stage {

// Real writers of one partition, raced against each other in simulated time: a record is in the log a while after it was sent, everybody
// has read it a while later, and clients send their next command when the last one was answered. Each writer's sender keeps the order.
class Race {
 public:
  struct Way {
    std::int64_t up_us = 1'000;            // from the writer into the log
    std::int64_t down_us = 1'000;          // from the log to the writer
    std::int64_t jitter_us = 300;          // on each of them, at most
    std::int64_t send_us = 300;            // between two records of one writer: what bounds its rate
    std::int64_t hop_us = 500;             // to another node
  };
  struct Score {                           // of the clients of one writer, wherever they were served
    std::size_t clients = 0;
    std::size_t accepted = 0;
    std::int64_t longest_wait_us = 0;      // of any of them for an answer
  };

  // Writer n has clients[n] clients. The same seed gives the same race.
  Race(std::vector<std::size_t> clients, WriterSettings settings, unsigned seed);
  ~Race();
  void run(std::chrono::milliseconds time);

  const std::vector<Score>& scores() const { return scores_; }
  std::size_t accepted() const;
  std::size_t records() const { return log_.size(); }
  std::size_t voids() const;
  std::size_t yields() const;
  // Acknowledged commands that are not in effect exactly once.
  std::size_t wrong() const;
  double void_share() const { return static_cast<double>(voids()) / static_cast<double>(records()); }
  // The share that the clients of the worst served writer had of what would be theirs.
  double fairness() const;

 private:
  class Racer;
  struct Client {
    std::size_t home = 0;
    std::string stream;
    std::uint64_t done = 0;
    std::int64_t asked_us = 0;
  };
  struct Event {
    std::int64_t at_us = 0;
    std::uint64_t number = 0;
    std::function<void()> happen;
    bool operator<(const Event& other) const { return std::tie(other.at_us, other.number) < std::tie(at_us, number); }
  };

  void at(std::int64_t at_us, std::function<void()> happen) { events_.push({at_us, ++events_made_, std::move(happen)}); }
  std::int64_t jitter() { return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(way_.jitter_us)); }
  Moment now() const;
  void stored(std::size_t writer, SendId id, log::Record record);
  void ask(Client& client, std::size_t writer, bool movable);
  void answered(Client& client, std::size_t by, const Outcome& outcome);

  const Way way_{};
  std::mt19937 random_;
  std::int64_t now_us_ = 0;
  std::uint64_t events_made_ = 0;
  std::priority_queue<Event> events_;
  std::vector<log::Arrival> log_;
  std::vector<std::unique_ptr<Racer>> racers_;
  std::vector<Client> clients_;
  std::vector<Score> scores_;
};

}  // namespace ledger::stage
