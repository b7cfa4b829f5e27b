#include "commands/model/commands.hpp"

#include <set>

#include "commands/model/propose.hpp"
#include "commands/model/seeds.hpp"
#include "domain/model/limits.hpp"
#include "tests/support/spec.hpp"

using namespace ledger;
using namespace ledger::model;

namespace {

Timestamp day(int n) { return Timestamp{std::chrono::hours{24 * n}}; }

Price price(int from, std::int64_t micros) { return {.valid_from = day(from), .per_million_tokens = {{"input", {micros}}}, .per_unit = {}}; }

Details details() {
  return {.provider = "gemini", .display_name = "Flash", .description = "quick", .context_window = 1'000, .max_output_tokens = 10, .capabilities = {"text", "tools"}};
}

Created created() { return {"flash", details(), {price(1, 100), price(5, 200)}}; }

spec::Given<State, Event> given(const std::vector<Event>& history) { return spec::Given<State, Event>{history}; }

ChangeModel prices_to(const Prices& prices) {
  ChangeModel change;
  change.prices = prices;
  return change;
}

}  // namespace

TEST_CASE("a model is created, with its prices in the order in which they hold") {
  given({}).when(CreateModel{"flash", details(), {price(5, 200), price(1, 100)}}).then(created());
  given({}).when(CreateModel{"flash", {}, {}}).then(Created{"flash", {}, {}});
  auto twice = details();
  twice.capabilities = {"text", "tools", "text"};
  given({}).when(CreateModel{"flash", twice, created().prices}).then(created());
  given({created()}).when(CreateModel{"flash", details(), {}}).then_rejected(Code::already_exists, "\"flash\"");
  given({created(), Deleted{"flash"}}).when(CreateModel{"flash", details(), {}}).then_rejected(Code::already_exists, "restore");
}

TEST_CASE("a seed is for who has not, and never had, a model of that name") {
  const SeedModel seed{{"flash", details(), created().prices}};
  given({}).when(seed).then(created());
  given({Created{"flash", {}, {}}}).when(seed).then_nothing();
  given({created(), Deleted{"flash"}}).when(seed).then_nothing();
}

TEST_CASE("what every workspace begins with can be decided, and has a price") {
  std::set<std::string> names;
  for (const auto& seed : seeds()) {
    const auto decided = decide(State{}, seed);
    REQUIRE(decided.has_value());
    REQUIRE(decided->has_value());
    CHECK_FALSE(std::get<Created>(**decided).prices.empty());
    names.insert(seed.model.name);
  }
  CHECK(names == std::set<std::string>{"gemini-2.5-flash", "imagen-3.0-generate-002"});
}

TEST_CASE("a change says what was and what is") {
  SUBCASE("of what is said of it: what is absent stays, what is empty is taken away") {
    ChangeModel change;
    change.description = "";
    change.context_window.emplace();
    auto after = details();
    after.description = "";
    after.context_window.reset();
    given({created()}).when(change).then(Changed{ChangedDetails{details(), after}, {}});
  }
  SUBCASE("of its prices: all of them") {
    const Prices corrected{price(1, 150), price(5, 200)};
    given({created()}).when(prices_to({price(5, 200), price(1, 150)})).then(Changed{{}, ChangedPrices{created().prices, corrected}});
    given({created()}).when(prices_to({})).then(Changed{{}, ChangedPrices{created().prices, {}}});
  }
  SUBCASE("the same again is nothing") {
    given({created()}).when(ChangeModel{}).then_nothing();
    given({created()}).when(prices_to({price(5, 200), price(1, 100)})).then_nothing();
  }
  SUBCASE("only of one that is there") {
    given({}).when(ChangeModel{}).then_rejected(Code::not_found);
    given({created(), Deleted{"flash"}}).when(ChangeModel{}).then_rejected(Code::not_found);
  }
}

TEST_CASE("a model is deleted and restored") {
  given({created()}).when(DeleteModel{}).then(Deleted{"flash"});
  given({}).when(DeleteModel{}).then_rejected(Code::not_found);
  given({created(), Deleted{"flash"}}).when(DeleteModel{}).then_rejected(Code::not_found);
  given({created(), Deleted{"flash"}}).when(RestoreModel{}).then(Restored{"flash"});
  given({created()}).when(RestoreModel{}).then_nothing();
  given({}).when(RestoreModel{}).then_rejected(Code::not_found);
  CHECK((given({created(), Deleted{"flash"}, Restored{"flash"}}).state.prices == created().prices));
}

TEST_CASE("a model that is not as it should be is refused by field") {
  CreateModel command{"", {}, {}};
  command.details = {.provider = std::string(65, 'x'), .display_name = std::string(256, 'x'), .description = "\x01", .context_window = 0, .max_output_tokens = 2'000'000'000, .capabilities = {"text", "Text"}};
  given({}).when(command).then_invalid({"name", "provider", "display_name", "description", "context_window", "max_output_tokens", "capabilities[1]"});
  const auto refused = [](const Prices& prices, const std::vector<std::string>& fields) { given({}).when(CreateModel{"m", {}, prices}).then_invalid(fields); };
  refused({price(1, 1), price(1, 2)}, {"prices[1].valid_from"});
  refused({price(1, -1)}, {"prices[0].per_million_tokens.input"});
  refused({price(1, limits::kRateMicros + 1)}, {"prices[0].per_million_tokens.input"});
  refused({{.valid_from = {}, .per_million_tokens = {{"In put", {1}}}, .per_unit = {}}}, {"prices[0].per_million_tokens.In put"});
  refused({{.valid_from = {}, .per_million_tokens = {{"image", {1}}}, .per_unit = {{"image", {1}}}}}, {"prices[0].per_unit.image"});
  Price many;
  for (std::size_t n = 0; n <= limits::kKinds; ++n) many.per_unit.emplace("k" + std::to_string(n), Money{1});
  refused({many}, {"prices[0]"});
  Prices long_past;
  for (std::size_t n = 0; n <= limits::kPrices; ++n) long_past.push_back(price(static_cast<int>(n), 1));
  refused(long_past, {"prices"});
}

TEST_CASE("a name finds its stream, in each workspace another") {
  CHECK(id_of("w1", "flash") == id_of("w1", "flash"));
  CHECK(id_of("w1", "flash") != id_of("w2", "flash"));
  CHECK(id_of("w1", "flash") != id_of("w1", "Flash"));
}
