#include "app/flights.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "app/definite.hpp"

namespace ledger::app {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

std::uint64_t Flights::send(Propose propose, Settled settled) {
  while (flights_.size() >= settings_.at_once) settle();
  auto outcome = commands_.submit(propose());
  flights_.push_back({++sent_, std::move(propose), std::move(settled), std::move(outcome), Clock::now() + settings_.deadline_ms});
  return sent_;
}

Outcome Flights::try_now(const Propose& propose) {
  return definite(commands_.submit(propose()), propose, Clock::now() + settings_.deadline_ms);
}

// Another try is safe, whatever became of the one before.
Outcome Flights::definite(std::future<Outcome> sent, const Propose& propose, Clock::time_point give_up_at) {
  auto outcome = definite_outcome(commands_, std::move(sent), propose, give_up_at);
  if (const auto* accepted = std::get_if<Accepted>(&outcome)) {
    auto& height = reached_[accepted->position.partition];
    height = std::max(height, accepted->position.height);
  }
  return outcome;
}

void Flights::settle_through(std::uint64_t number) {
  while (!flights_.empty() && flights_.front().number <= number) settle();
}

std::vector<log::Position> Flights::reached() const {
  std::vector<log::Position> all;
  for (const auto& [partition, height] : reached_) all.push_back({partition, height});
  return all;
}

void Flights::settle() {
  Flight flight = std::move(flights_.front());
  flights_.pop_front();
  flight.settled(definite(std::move(flight.outcome), flight.propose, flight.give_up_at));
}

std::string sentence_of(const Rejection& rejection) {
  std::string text = rejection.detail;
  for (const auto& error : rejection.errors) text += "; " + error.field + ": " + error.detail;
  return text;
}

}  // namespace ledger::app
