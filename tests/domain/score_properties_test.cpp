#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "commands/score/commands.hpp"
#include "tests/domain/event_dump.hpp"
#include "tests/support/random_commands.hpp"
#include "tests/support/spec.hpp"

using namespace ledger;

namespace {

using prompt::RandomCommands;

score::Said random_value(RandomCommands& random) {
  if (random.one_in(3)) return random.one_in(2);
  if (random.one_in(2)) return random.text();
  return Score{static_cast<std::int64_t>(random.below(20'000'000)) - 10'000'000};
}

score_definition::Rules random_rules(score::Type type, RandomCommands& random) {
  score_definition::Rules rules{.description = random.text(), .lowest = {}, .highest = {}, .categories = {}};
  if (type == score::Type::numeric && random.one_in(2)) rules.lowest = Score{-500'000};
  if (type == score::Type::numeric && random.one_in(2)) rules.highest = whole_score(3);
  if (type == score::Type::categorical) rules.categories = {"plain", "x"};
  return rules;
}

template <class Event>
void check_codec(const Event& event, Result<Event, std::string> (*decode)(std::string_view, std::string_view)) {
  const EncodedEvent encoded = encode(event);
  const auto decoded = decode(encoded.type, encoded.data);
  RC_ASSERT(decoded.has_value());
  RC_ASSERT((*decoded == event));
  dump_event(encoded);
}

score_definition::State random_definition(RandomCommands& random) {
  const auto type = score::kTypes[random.below(score::kTypes.size())];
  const auto created = score_definition::decide({}, score_definition::CreateDefinition{"n", type, random_rules(type, random)});
  RC_ASSERT(created.has_value());
  check_codec(**created, score_definition::decode);
  return evolve({}, **created, spec::meta_at(0));
}

}  // namespace

TEST_CASE("a random score survives its codec, and one that a definition checked fits it") {
  CHECK(rc::check("scores", [](const std::uint32_t seed) {
    RandomCommands random{seed};
    score::GiveScore command;
    command.target = score::kTargetKinds[random.below(score::kTargetKinds.size())];
    command.target_id = "e1";
    command.name = "n";
    if (random.one_in(2)) command.type = score::kTypes[random.below(score::kTypes.size())];
    command.value = random_value(random);
    command.comment = random.text();
    command.source = score::kSources[random.below(score::kSources.size())];
    score::GiveContext context{.target_exists = true, .prompt = random.one_in(2) ? "p1" : "", .version = 0, .user = random.one_in(2) ? "u" : "", .definition = {}};
    if (!context.prompt.empty()) context.version = 2;
    if (random.one_in(2)) {
      command.definition = "d1";
      context.definition = random_definition(random);
    }
    const auto decision = score::decide({}, command, context);
    RC_ASSERT((score::decide({}, command, context) == decision));
    if (!decision) return;
    check_codec(**decision, score::decode);
    const auto& given = std::get<score::Given>(**decision);
    if (context.definition) {
      RC_ASSERT(given.type == context.definition->type);
      RC_ASSERT(!misfit(context.definition->rules, given.value).has_value());
    }
  }));
}

TEST_CASE("a random definition survives its codec, and its history is whole") {
  CHECK(rc::check("definitions", [](const std::vector<std::uint32_t>& seeds) {
    RandomCommands first{seeds.empty() ? 1U : seeds.front()};
    auto state = random_definition(first);
    for (const auto seed : seeds) {
      RandomCommands random{seed};
      score_definition::ChangeDefinition change;
      change.description = random.text();
      if (random.one_in(3)) change.lowest = random.one_in(2) ? std::optional<Score>() : std::optional(Score{-1});
      const auto decision = random.one_in(5)   ? decide(state, score_definition::DeleteDefinition{})
                            : random.one_in(4) ? decide(state, score_definition::RestoreDefinition{})
                                               : decide(state, change);
      if (!decision || !*decision) continue;
      check_codec(**decision, score_definition::decode);
      if (const auto* changed = std::get_if<score_definition::Changed>(&**decision)) RC_ASSERT((changed->from == state.rules));
      state = evolve(std::move(state), **decision, spec::meta_at(state.version));
    }
  }));
}
