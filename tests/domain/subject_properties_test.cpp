#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "commands/subject/commands.hpp"
#include "tests/domain/event_dump.hpp"
#include "tests/support/spec.hpp"

using namespace ledger;
using namespace ledger::subject;

namespace {

KeyPrint key(std::uint32_t number) { return {"key-" + std::to_string(number), std::string(43, static_cast<char>('a' + number % 6))}; }

}  // namespace

// One key after the other comes into being, is asked for to be erased, once or several times, and is deleted sooner or later.
TEST_CASE("random erasures are decided the same twice, name each key once, and survive their codec") {
  CHECK(rc::check("erasures", [](const std::vector<std::uint8_t>& steps) {
    State state;
    std::uint32_t present = 0;
    for (const auto step : steps) {
      if (step % 3 == 0) ++present;
      const EraseContext context{"w1", "s1", step % 5 == 0 ? std::vector<KeyPrint>{} : std::vector{key(present)}};
      const auto decision = decide(state, Erase{}, context);
      RC_ASSERT((decide(state, Erase{}, context) == decision));
      if (!decision) {
        RC_ASSERT(!state.exists());
        continue;
      }
      if (!*decision) continue;
      const Event& event = **decision;
      const auto& erased = std::get<Erased>(event);
      RC_ASSERT(!state.has_erased(erased.keys.front().id));
      const auto encoded = encode(event);
      const auto decoded = decode(encoded.type, encoded.data);
      RC_ASSERT(decoded.has_value());
      RC_ASSERT((*decoded == event));
      RC_ASSERT((encode(*decoded) == encoded));
      dump_event(encoded);
      state = evolve(std::move(state), *decoded, spec::meta_at(state.version));
      RC_ASSERT(state.has_erased(erased.keys.front().id));
      RC_ASSERT(state.erasures.size() == state.version);
    }
  }));
}
