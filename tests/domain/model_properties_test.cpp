#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "commands/model/commands.hpp"
#include "domain/model/model.hpp"
#include "tests/domain/event_dump.hpp"
#include "tests/support/random_commands.hpp"
#include "tests/support/spec.hpp"

using namespace ledger;
using namespace ledger::model;

namespace {

Prices random_prices(prompt::RandomCommands& random) {
  Prices prices;
  for (int n = 0; n < 3; ++n) {
    if (random.one_in(2)) continue;
    Price price{.valid_from = Timestamp{std::chrono::hours{24 * n}}, .per_million_tokens = {}, .per_unit = {}};
    if (!random.one_in(3)) price.per_million_tokens = {{"input", {random.one_in(2) ? 300'000 : 1}}, {"output", {2'500'000}}};
    if (random.one_in(3)) price.per_unit = {{"image", {30'000}}};
    prices.push_back(std::move(price));
  }
  return prices;
}

ChangeModel random_change(prompt::RandomCommands& random) {
  ChangeModel change;
  if (random.one_in(2)) change.prices = random_prices(random);
  if (random.one_in(2)) change.description = random.one_in(2) ? "" : "one";
  if (random.one_in(3)) change.context_window = random.one_in(2) ? std::optional<std::uint64_t>() : std::optional<std::uint64_t>(1'000);
  if (random.one_in(3)) change.capabilities = random.one_in(2) ? std::vector<std::string>{} : std::vector<std::string>{"text"};
  if (random.one_in(3)) change.provider = random.one_in(2) ? "" : "gemini";
  return change;
}

Decision<Event> random_decision(const State& state, prompt::RandomCommands& random) {
  if (random.one_in(4)) return decide(state, CreateModel{"flash", {}, random_prices(random)});
  if (random.one_in(6)) return decide(state, DeleteModel{});
  if (random.one_in(4)) return decide(state, RestoreModel{});
  return decide(state, random_change(random));
}

}  // namespace

TEST_CASE("a random model survives its codec, and its history is whole") {
  CHECK(rc::check("models", [](const std::vector<std::uint32_t>& seeds) {
    State state;
    for (const auto seed : seeds) {
      prompt::RandomCommands random{seed};
      const auto decision = random_decision(state, random);
      if (!decision || !*decision) continue;
      const EncodedEvent encoded = encode(**decision);
      const auto decoded = decode(encoded.type, encoded.data);
      RC_ASSERT(decoded.has_value());
      RC_ASSERT((*decoded == **decision));
      dump_event(encoded);
      if (const auto* changed = std::get_if<Changed>(&**decision)) {
        RC_ASSERT((!changed->prices || changed->prices->from == state.prices));
        RC_ASSERT((!changed->details || changed->details->from == state.details));
      }
      state = evolve(std::move(state), **decision, spec::meta_at(state.version));
      RC_ASSERT((decode_prices(encode_prices(state.prices)) == state.prices));
    }
  }));
}
