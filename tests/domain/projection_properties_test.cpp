#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "commands/projection/commands.hpp"
#include "domain/projection/state_codec.hpp"
#include "domain/json.hpp"
#include "tests/domain/event_dump.hpp"
#include "tests/support/spec.hpp"

using namespace ledger;
using namespace ledger::projection;

namespace {

Parked parked(std::uint32_t number) {
  return {{"promptledger.log.prompts", static_cast<std::int32_t>(number % 8), number + 1}, "prompt/" + std::to_string(number % 5), number % 3, "error " + std::to_string(number)};
}

// What an operator, or whoever rebuilds, may come up with.
Decision<Event> decide_random(const State& state, std::uint32_t seed) {
  const auto number = seed / 16;
  const std::string rebuild = "r" + std::to_string(number % 4);
  const ParkedContext context{number % 4 == 0 ? std::nullopt : std::optional(parked(number))};
  const auto* open = state.open_rebuild();
  switch (seed % 10) {
    case 0: return decide(state, Pause{number % 7 == 0 ? std::string(kOperationsModel) : "history"});
    case 1: return decide(state, Resume{});
    case 2:
    case 3: return decide(state, RequestRebuild{rebuild, number % 2 == 0, static_cast<std::int64_t>(number % 5) * 100 - 100});
    case 4: return decide(state, ThrottleRebuild{static_cast<std::int64_t>(number % 5) * 100 - 100});
    case 5: return decide(state, CancelRebuild{});
    case 6: return decide(state, StartRebuild{open ? open->request.rebuild : rebuild, "node-" + std::to_string(number % 3)});
    case 7: {
      RebuildEnded ended{.rebuild = open ? open->request.rebuild : rebuild, .outcome = kOutcomes.at(number % kOutcomes.size()), .records = number, .duration_ms = number % 1'000};
      if (ended.outcome == projection::Outcome::refused) {
        ended.detail = "they differ";
        ended.different = {"prompt"};
      }
      return decide(state, EndRebuild{ended});
    }
    case 8: return decide(state, RetryParked{}, context);
    default: return decide(state, SkipParked{parked(number).place, number % 3 > 0}, context);
  }
}

}  // namespace

TEST_CASE("random operations are decided the same twice, keep one rebuild at a time, and survive their codecs") {
  CHECK(rc::check("operations", [](const std::vector<std::uint32_t>& seeds) {
    State state;
    for (const auto seed : seeds) {
      const auto decision = decide_random(state, seed);
      RC_ASSERT((decide_random(state, seed) == decision));
      if (!decision || !*decision) continue;
      const Event& event = **decision;
      if (std::holds_alternative<RebuildRequested>(event)) RC_ASSERT(!state.open_rebuild());
      const auto encoded = encode(event);
      const auto decoded = decode(encoded.type, encoded.data);
      RC_ASSERT(decoded.has_value());
      RC_ASSERT((*decoded == event));
      dump_event(encoded);
      state = evolve(std::move(state), *decoded, spec::meta_at(state.version));
      RC_ASSERT((nlohmann::json(state).get<State>() == state));
    }
  }));
}
