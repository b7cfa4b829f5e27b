#include "projections/definitions/definitions.hpp"

#include <doctest/doctest.h>

#include <random>

#include "commands/model/commands.hpp"
#include "projections/definitions/queries.hpp"
#include "tests/projections/model_fixture.hpp"

using namespace ledger;
using namespace ledger::test;
using projections::BatchOutcome;
using projections::ModelFilter;

namespace {

Timestamp at(std::int64_t seconds) { return Timestamp{std::chrono::seconds{1'600'000'000 + seconds}}; }

struct Fixture {
  Database database;
  Chain chain;
  projections::DefinitionsProjection projection;
  ByHand hand{database, chain, projection};
  pg::Pool pool{{.connection = database.settings(), .size = 2}};
  projections::DefinitionQueries queries{pool};
  std::map<std::string, model::State> expected;   // by id
  std::int64_t clock = 0;
  std::string workspace = "w1";

  // Decides, and if something comes of it that happens, a second after what happened before.
  template <class Command>
  void ask(const std::string& id, const Command& command) {
    auto& state = expected[id];
    const auto decided = model::decide(state, command);
    if (!decided || !*decided) return;
    const EncodedEvent encoded = model::encode(**decided);
    RecordedEvent recorded;
    recorded.type = encoded.type;
    recorded.data = encoded.data;
    recorded.stream = {std::string{model::kStreamKind}, id};
    recorded.sequence = state.version + 1;
    recorded.meta.event_id = id + "-" + std::to_string(recorded.sequence);
    recorded.meta.workspace = workspace;
    recorded.meta.actor = "ann";
    recorded.meta.correlation_id = "r";
    recorded.meta.occurred_at = at(++clock);
    recorded.partition_key = "ws/" + workspace;
    chain.append(recorded);
    state = model::evolve(std::move(state), **decided, recorded.meta);
  }
  void apply() { REQUIRE(hand.catch_up() == BatchOutcome::applied); }

  std::vector<std::string> names(const ModelFilter& filter, int limit = 100, const std::optional<projections::TimeMark>& after = {}) {
    std::vector<std::string> out;
    for (const auto& entry : queries.models(workspace, filter, after, limit).entries) out.push_back(entry.state.name);
    return out;
  }
};

model::Prices prices(std::int64_t micros) { return {{.valid_from = at(0), .per_million_tokens = {{"input", {micros}}}, .per_unit = {{"image", {30'000}}}}}; }

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("the model holds exactly the models that evolve makes, however the events are cut into batches") {
  Fixture f;
  std::mt19937 random{3};
  const auto maybe = [&] { return random() % 2 == 0; };
  for (int n = 0; n < 400; ++n) {
    const std::string id = "m" + std::to_string(random() % 20);
    switch (random() % 4) {
      case 0:
        f.ask(id, model::CreateModel{"name of " + id, {.provider = maybe() ? "gemini" : "", .display_name = "", .description = "\"{,}\" \\", .context_window = {}, .max_output_tokens = 7, .capabilities = {"text"}}, prices(5)});
        break;
      case 1: {
        model::ChangeModel change;
        if (maybe()) change.prices = maybe() ? model::Prices{} : prices(static_cast<std::int64_t>(random() % 9));
        if (maybe()) change.context_window = maybe() ? std::optional<std::uint64_t>(random() % 9 + 1) : std::nullopt;
        if (maybe()) change.capabilities = maybe() ? Names{} : Names{"vision", "tools"};
        f.ask(id, change);
        break;
      }
      case 2: f.ask(id, model::DeleteModel{}); break;
      default: f.ask(id, model::RestoreModel{}); break;
    }
    if (random() % 7 == 0) f.apply();
  }
  f.apply();
  CHECK(f.hand.model.parked().streams == 0);
  std::size_t found = 0;
  for (const auto& [id, state] : f.expected) {
    const auto entry = f.queries.model("w1", id);
    CHECK(entry.has_value() == state.exists());
    if (entry) CHECK((entry->state == state));
    found += entry ? 1U : 0U;
  }
  CHECK(found > 10);
}

TEST_CASE("models by name, provider and capability, without deleted ones, newest first and page by page") {
  Fixture f;
  f.ask("1", model::CreateModel{"flash", {.provider = "gemini", .display_name = "", .description = "", .context_window = {}, .max_output_tokens = {}, .capabilities = {"text", "vision"}}, prices(1)});
  f.ask("2", model::CreateModel{"imagen", {.provider = "gemini", .display_name = "", .description = "", .context_window = {}, .max_output_tokens = {}, .capabilities = {"image_generation"}}, {}});
  f.ask("3", model::CreateModel{"gone", {}, prices(3)});
  f.ask("3", model::DeleteModel{});
  f.workspace = "w2";
  f.ask("4", model::CreateModel{"flash", {}, prices(4)});
  f.workspace = "w1";
  f.apply();
  CHECK(f.names({}) == Names{"imagen", "flash"});
  CHECK(f.names({.name = "flash"}) == Names{"flash"});
  CHECK(f.names({.provider = "gemini", .capability = "vision"}) == Names{"flash"});
  CHECK(f.names({.capability = "tools"}).empty());
  CHECK(f.names({.deleted = true}) == Names{"gone"});
  const auto first = f.queries.models("w1", {}, {}, 1);
  REQUIRE(first.next.has_value());
  CHECK(f.names({}, 1, first.next) == Names{"flash"});
  CHECK_FALSE(f.queries.model("w1", "4").has_value());

  SUBCASE("prices are asked for by name, of deleted ones too; without any there is nothing") {
    const auto lists = f.queries.prices("w1", {"flash", "imagen", "gone", "unknown"});
    CHECK((lists == projections::PriceLists{{"flash", prices(1)}, {"gone", prices(3)}}));
    CHECK((f.queries.prices("w2", {"flash"}) == projections::PriceLists{{"flash", prices(4)}}));
  }
}

TEST_CASE("a model whose event cannot follow is parked, the others go on") {
  Fixture f;
  f.ask("1", model::CreateModel{"a", {}, {}});
  f.expected["1"].version = 5;
  f.ask("1", model::DeleteModel{});
  f.ask("2", model::CreateModel{"b", {}, {}});
  f.apply();
  CHECK(f.hand.model.parked().streams == 1);
  CHECK(f.names({}) == Names{"b", "a"});
}
