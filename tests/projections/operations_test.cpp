#include "projections/operations/operations.hpp"

#include <doctest/doctest.h>

#include "domain/model/model.hpp"
#include "projections/definitions/definitions.hpp"
#include "projections/definitions/queries.hpp"
#include "projections/operations/queries.hpp"
#include "projections/orders.hpp"
#include "projections/runner.hpp"
#include "tests/projections/model_fixture.hpp"
#include "tests/projections/notes.hpp"
#include "tests/projections/runner_fixture.hpp"

using namespace ledger;
using namespace ledger::test;
using projections::BatchOutcome;

namespace {

template <class Event>
RecordedEvent as_event(const Event& fact, std::string_view kind, const std::string& id, std::uint64_t sequence) {
  const auto encoded = encode(fact);
  auto event = note(id, sequence, "");
  event.type = encoded.type;
  event.data = encoded.data;
  event.stream.kind = kind;
  return event;
}

struct Fixture {
  Database database;
  Chain chain;
  projections::OperationsProjection projection;
  ByHand hand{database, chain, projection};
  pg::Pool pool{{.connection = database.settings()}};
  projections::OperationQueries queries{pool};
  std::map<std::string, projection::State> folded;

  void ask(const std::string& name, const projection::Event& fact, std::optional<std::string> reason = {}) {
    auto& state = folded[name];
    auto event = as_event(fact, projection::kStreamKind, name, state.version + 1);
    event.meta.reason = std::move(reason);
    state = evolve(std::move(state), fact, event.meta);
    chain.append(event);
    REQUIRE(hand.catch_up() == BatchOutcome::applied);
  }
  projections::RebuildPlace place() {
    projections::RebuildPlace place{.log = chain.log, .connection = database.settings()};
    place.settings.batch.first_wait_ms = 20ms;
    return place;
  }
};

projection::Parked parked_at(std::uint64_t height, std::uint64_t sequence) {
  return {{kPromptsTopic, 0, height}, "model/m1", sequence, "there is no such event type"};
}

model::Changed described(const std::string& as) {
  model::Details details;
  details.description = as;
  return {model::ChangedDetails{{}, details}, std::nullopt};
}

// A model stream with an event that nobody can read, and one behind it.
struct BrokenStream : Fixture {
  projections::DefinitionsProjection definitions;
  ByHand model{database, chain, definitions};
  projections::DefinitionQueries read{pool};
  log::Position broken;

  explicit BrokenStream(std::uint64_t broken_sequence) {
    const model::Created created{"gpt", {}, {}};
    for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
      auto event = sequence == 1 ? as_event(model::Event{created}, model::kStreamKind, "m1", 1)
                                 : as_event(model::Event{described("v" + std::to_string(sequence))}, model::kStreamKind, "m1", sequence);
      if (sequence == broken_sequence) event.type = "promptledger.model.exploded.v1";
      const auto position = chain.append(event);
      if (sequence == broken_sequence) broken = position;
    }
    REQUIRE(model.catch_up() == BatchOutcome::applied);
  }
  void skip() {
    const auto parked = queries.parked_at("definitions", broken);
    REQUIRE(parked);
    ask("definitions", projection::ParkedSkipped{*parked}, "written by a client that has been mended");
    model.model.heed();
    model.model.retry_parked();
  }
};

}  // namespace

TEST_CASE("what was asked of projections is read as it adds up, and built anew identical") {
  Fixture f;
  f.ask("history", projection::Paused{}, "the disk is being enlarged");
  f.ask("access", projection::RebuildRequested{"r1", true, 100});
  CHECK(f.queries.all() == f.folded);
  f.ask("access", projection::RebuildStarted{"r1", "node-1"});
  f.ask("access", projection::RebuildThrottled{"r1", 0});
  f.ask("access", projection::RebuildEnded{.rebuild = "r1", .outcome = projection::Outcome::refused, .records = 7, .duration_ms = 20, .detail = "they differ", .different = {"api_key"}});
  f.ask("history", projection::Resumed{});
  f.ask("history", projection::ParkedRetried{parked_at(3, 2)});
  f.ask("history", projection::ParkedSkipped{parked_at(3, 2)}, "mended");
  f.ask("history", projection::ParkedSkipped{parked_at(5, 0)});
  f.ask("access", projection::RebuildRequested{"r2", false, 0}, "again");
  f.ask("access", projection::RebuildCancelled{"r2"});
  CHECK(f.queries.all() == f.folded);
  CHECK(f.queries.of("access") == f.folded["access"]);
  CHECK(f.queries.of("unheard") == projection::State{});
  CHECK(projections::rebuild(f.place(), f.projection).compared);
}

TEST_CASE("without the model that says so, nothing is asked") {
  Database database;
  pg::Connection connection{database.settings()};
  CHECK(projections::load_orders(connection, "history") == projections::Orders{});
}

TEST_CASE("a runner pauses, and goes on where it stood") {
  Fixture f;
  const Notes notes;
  projections::Runner runner{f.chain.log, f.chain.groups, notes, quick(f.database)};
  f.chain.append(note("a", 1, "x"));
  CHECK(eventually([&] { return caught_up(runner); }));
  f.ask("notes", projection::Paused{});
  CHECK(eventually([&] { return runner.status().state == projections::RunnerState::paused; }));
  f.chain.append(note("a", 2, "x"));
  CHECK(eventually([&] { return runner.status().partitions.at(0).lag > 0; }));
  pg::Connection reader{f.database.settings("notes")};
  CHECK(count(reader, "note") == 1);
  SUBCASE("when it is resumed") { f.ask("notes", projection::Resumed{}); }
  SUBCASE("also when it was started while it was paused") {
    runner.stop();
    projections::Runner second{f.chain.log, f.chain.groups, notes, quick(f.database, "second")};
    CHECK(eventually([&] { return second.status().state == projections::RunnerState::paused; }));
    f.ask("notes", projection::Resumed{});
    CHECK(eventually([&] { return caught_up(second); }));
  }
  CHECK(eventually([&] { return count(reader, "note") == 2; }));
}

TEST_CASE("a runner tries what is parked when an operator asks for it") {
  Fixture f;
  const Notes notes;
  projections::Runner runner{f.chain.log, f.chain.groups, notes, quick(f.database)};
  const auto place = f.chain.append(note("a", 1, "riddle"));
  CHECK(eventually([&] { return runner.status().parked_streams == 1; }));
  const auto parked = f.queries.parked("notes", std::nullopt, 10);
  REQUIRE(parked.size() == 1);
  CHECK(parked[0].stream == "note/a");
  CHECK(parked[0].front.position == place);
  CHECK(f.queries.parked("notes", place, 10).empty());
  pg::Connection reader{f.database.settings("notes")};
  reader.script("INSERT INTO riddle_key VALUES (true)");
  f.ask("notes", projection::ParkedRetried{*f.queries.parked_at("notes", place)});
  CHECK(eventually([&] { return runner.status().parked_streams == 0; }));
  CHECK(count(reader, "note") == 1);
}

TEST_CASE("an event that is left out lets its stream go on, also in a model that is built anew") {
  BrokenStream f{2};
  CHECK(f.model.model.parked().events == 2);
  f.skip();
  CHECK(f.model.model.parked().events == 0);
  const auto kept = f.read.model("w1", "m1");
  REQUIRE(kept);
  CHECK(kept->state.version == 3);
  CHECK(kept->state.details.description == "v3");
  const auto report = projections::rebuild(f.place(), f.definitions);
  CHECK(report.compared);
}

TEST_CASE("a stream whose first event is left out is left out whole") {
  BrokenStream f{1};
  f.skip();
  CHECK(f.model.model.parked().events == 0);
  CHECK_FALSE(f.read.model("w1", "m1"));
  CHECK(projections::rebuild(f.place(), f.definitions).compared);
}
