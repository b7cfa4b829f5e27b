#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/demo/plan.hpp"
#include "app/demo/rhythm.hpp"
#include "commands/execution/commands.hpp"
#include "commands/feedback/commands.hpp"

namespace ledger::demo {

// One execution of the year, and what was said of it.
struct Sample {
  std::string id;
  std::size_t prompt = 0;              // index in the plan
  std::size_t version = 0;             // index in the prompt's plan
  std::size_t model = 0;
  execution::Record record;            // but for the version's number
  std::optional<feedback::GiveFeedback> feedback;
  Timestamp said_at{};
};

// Execution number n of `count`, by time: the same for the same year and number, whatever others were made before.
Sample make_sample(const Year& year, const Rhythm& rhythm, std::uint64_t n, std::uint64_t count);

}  // namespace ledger::demo
