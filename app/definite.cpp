#include "app/definite.hpp"

#include <algorithm>
#include <thread>
#include <variant>

namespace ledger::app {
namespace {

constexpr std::chrono::milliseconds kFirstBackOff{5};
constexpr std::chrono::milliseconds kLastBackOff{1'000};

bool is_definite(const Outcome& outcome) { return !std::holds_alternative<NotStored>(outcome) && !std::holds_alternative<Open>(outcome); }

}  // namespace

Outcome definite_outcome(CommandSide& commands, std::future<Outcome> sent, const std::function<Proposal()>& propose,
                         std::chrono::steady_clock::time_point give_up_at) {
  Outcome outcome = sent.get();              // bounded by the command side
  for (auto back_off = kFirstBackOff; !is_definite(outcome) && std::chrono::steady_clock::now() < give_up_at; back_off = std::min(back_off * 2, kLastBackOff)) {
    std::this_thread::sleep_for(back_off);
    outcome = commands.submit(propose()).get();
  }
  return outcome;
}

}  // namespace ledger::app
