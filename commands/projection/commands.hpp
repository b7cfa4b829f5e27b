#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "commands/decision.hpp"
#include "domain/projection/projection.hpp"

// What operators can ask of a projection, and what whoever rebuilds it tells. Pure.
namespace ledger::projection {

// The read model that runners learn from what is asked of theirs.
inline constexpr std::string_view kOperationsModel = "operations";
// The one that keys are looked up in.
inline constexpr std::string_view kAccessModel = "access";

struct Pause {
  std::string projection;
};
struct Resume {};
struct RequestRebuild {
  std::string rebuild;                  // UUID, fresh
  bool force = false;
  std::int64_t max_records_per_s = 0;   // 0: as quickly as it goes
};
struct ThrottleRebuild {
  std::int64_t max_records_per_s = 0;
};
struct CancelRebuild {};
struct StartRebuild {
  std::string rebuild;
  std::string node;
};
struct EndRebuild {
  RebuildEnded ended;
};
struct RetryParked {};
struct SkipParked {
  Place place;                          // of the event
  bool says_why = false;
};

// What the model's tables say of the parked event that the caller named: looked up before.
struct ParkedContext {
  std::optional<Parked> parked;
};

Decision<Event> decide(const State& state, const Pause& command);
Decision<Event> decide(const State& state, const Resume& command);
Decision<Event> decide(const State& state, const RequestRebuild& command);
Decision<Event> decide(const State& state, const ThrottleRebuild& command);
Decision<Event> decide(const State& state, const CancelRebuild& command);
Decision<Event> decide(const State& state, const StartRebuild& command);
// An end that was told already is no second event: a retry after a doubt is one.
Decision<Event> decide(const State& state, const EndRebuild& command);
Decision<Event> decide(const State& state, const RetryParked& command, const ParkedContext& context);
Decision<Event> decide(const State& state, const SkipParked& command, const ParkedContext& context);

}  // namespace ledger::projection
