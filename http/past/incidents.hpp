#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/prompt/events.hpp"
#include "domain/result.hpp"
#include "http/app.hpp"
#include "http/problem.hpp"
#include "http/reading/period.hpp"
#include "log/record.hpp"
#include "projections/history/queries.hpp"

namespace ledger::http {

// A label's time on one version of a prompt, by one clock.
struct Service {
  std::string prompt;
  prompt::VersionNumber version = 0;
  Timestamp from{};
  std::optional<Timestamp> until;            // absent: it still does
  log::Position began;                       // the event
  std::optional<log::Position> ended;
};

struct ServiceQuestion {
  std::string workspace;
  std::string label;
  std::optional<std::string> prompt;         // of it alone
  projections::Clock clock = projections::Clock::recorded;
  Period period;
};

// How often a label may have moved, over all prompts, to be asked about.
inline constexpr std::size_t kLabelMovesMax = 100'000;

// What the label served at any time of the period, in the order of when each began, then of prompts. 422 when it moved too often.
Result<std::vector<Service>, Problem> services_of(const App& app, const ServiceQuestion& question);

}  // namespace ledger::http
