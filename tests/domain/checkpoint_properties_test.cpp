#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "commands/checkpoint/commands.hpp"
#include "tests/domain/event_dump.hpp"
#include "tests/support/spec.hpp"

using namespace ledger;
using namespace ledger::checkpoint;

namespace {

std::string root(std::uint32_t number) { return std::string(43, static_cast<char>('A' + number % 4)); }

}  // namespace

// Several signers, each of whom may know the last checkpoint or an older one, and may be mad.
TEST_CASE("whatever signers try, what is signed of a partition only grows, and each continues the one before") {
  CHECK(rc::check("checkpoints", [](const std::vector<std::uint8_t>& tries) {
    State state;
    std::vector<Signed> known{{}};
    for (const auto each : tries) {
      const auto& continues = known[each % known.size()];
      const Signed checkpoint{"executions", 5, 1 + each % 50U + known.size(), root(each), "note"};
      const Sign command{continues.size, continues.root, checkpoint};
      const auto decision = decide(state, command, kSigner);
      RC_ASSERT((decide(state, command, kSigner) == decision));
      RC_ASSERT(!decide(state, command, "api-key/1"));
      if (!decision || !*decision) continue;
      RC_ASSERT(checkpoint.size > state.last.size);
      RC_ASSERT(continues == state.last);
      const auto encoded = encode(**decision);
      const auto decoded = decode(encoded.type, encoded.data);
      RC_ASSERT(decoded.has_value());
      RC_ASSERT((*decoded == **decision));
      dump_event(encoded);
      state = evolve(std::move(state), *decoded, spec::meta_at(state.version));
      known.push_back(checkpoint);
      RC_ASSERT(state.version == known.size() - 1);
    }
  }));
}
