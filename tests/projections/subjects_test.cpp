#include <doctest/doctest.h>

#include <thread>

#include "infra/postgres/migrations.hpp"
#include "projections/subjects/queries.hpp"
#include "projections/subjects/subject_key_table.hpp"
#include "projections/subjects/subjects.hpp"
#include "tests/projections/model_fixture.hpp"

using namespace ledger;
using namespace ledger::test;
using projections::BatchOutcome;
using sealing::WrappedKey;

namespace {

WrappedKey key(const std::string& id, const std::string& subject = "s1", const std::string& master = "m1") {
  return {.id = id, .workspace = "w1", .subject = subject, .master = master, .wrapped = "wrapped " + id, .fingerprint = std::string(64, 'f')};
}

struct Keys {
  Database database;
  pg::Connection admin{database.settings()};
  pg::Migrated migrated = pg::migrate(admin);
  pg::Pool pool{{.connection = database.settings(), .size = 8, .lease_wait_ms = std::chrono::seconds(60)}};
  projections::SubjectKeyTable table{pool};
};

struct Fixture : Keys {
  Chain chain;
  projections::SubjectsProjection projection;
  ByHand hand{database, chain, projection};
  projections::SubjectQueries queries{pool};

  RecordedEvent erase(const std::string& subject, std::uint64_t sequence, const std::vector<std::string>& ids) {
    subject::Erased erased{{}, "receipt of " + subject + std::to_string(sequence)};
    for (const auto& id : ids) erased.keys.push_back({id, std::string(64, 'f')});
    auto event = note(subject, sequence, "");
    const auto encoded = encode(subject::Event{erased});
    event.type = encoded.type;
    event.data = encoded.data;
    event.stream.kind = subject::kStreamKind;
    event.meta.reason = "asked by mail";
    chain.append(event);
    return event;
  }
  void apply() { REQUIRE(hand.catch_up() == BatchOutcome::applied); }
  projections::RebuildReport rebuild() {
    projections::RebuildPlace place{.log = chain.log, .connection = database.settings()};
    place.settings.batch.first_wait_ms = std::chrono::milliseconds(20);
    return projections::rebuild(place, projection);
  }
};

}  // namespace

TEST_CASE("a subject has one key, that of whoever was first") {
  Keys keys;
  CHECK_FALSE(keys.table.of_subject("w1", "s1"));
  CHECK(keys.table.keep(key("k1")) == key("k1"));
  CHECK(keys.table.keep(key("k2")) == key("k1"));
  CHECK(keys.table.keep(key("k3", "s2")) == key("k3", "s2"));
  CHECK(keys.table.of_subject("w1", "s1") == key("k1"));
  CHECK_FALSE(keys.table.of_subject("w2", "s1"));
  CHECK(keys.table.find({"k1", "k2", "k3"}).size() == 2);
  CHECK(keys.table.find({"k3"}) == std::vector{key("k3", "s2")});
  CHECK(keys.table.find({}).empty());
}

TEST_CASE("many who make a subject's first key at once agree on one") {
  Keys keys;
  std::vector<WrappedKey> got(8);
  {
    std::vector<std::jthread> threads;
    for (std::size_t n = 0; n < got.size(); ++n) {
      threads.emplace_back([&, n] { got[n] = keys.table.keep(key("k" + std::to_string(n))); });
    }
  }
  const auto kept = keys.table.of_subject("w1", "s1");
  REQUIRE(kept);
  for (const auto& one : got) CHECK(one == *kept);
}

TEST_CASE("the master keys that keys are sealed under are each told once") {
  Keys keys;
  const auto soon = std::chrono::seconds(10);
  CHECK(keys.table.masters(soon).empty());
  for (int n = 0; n < 30; ++n) keys.table.keep(key("k" + std::to_string(n), "s" + std::to_string(n), "m" + std::to_string(n % 3)));
  CHECK(keys.table.masters(soon) == std::vector<std::string>{"m0", "m1", "m2"});
}

TEST_CASE("a key gets another wrapping as long as it is in the one that was read, and is there") {
  Keys keys;
  for (int n = 0; n < 5; ++n) keys.table.keep(key("k" + std::to_string(n), "s" + std::to_string(n), n < 3 ? "old" : "new"));
  const auto first = keys.table.under_others("new", "", 2);
  REQUIRE(first.size() == 2);
  CHECK(first[0] == key("k0", "s0", "old"));
  CHECK(keys.table.under_others("new", first[1].id, 2) == std::vector{key("k2", "s2", "old")});
  auto anew = key("k0", "s0", "new");
  anew.wrapped = "wrapped anew";
  keys.table.put(anew, "old");
  CHECK(keys.table.of_subject("w1", "s0") == anew);
  auto late = key("k0", "s0", "newer");
  keys.table.put(late, "old");
  CHECK(keys.table.of_subject("w1", "s0") == anew);
  keys.table.put(key("k9", "s9", "new"), "old");
  CHECK_FALSE(keys.table.of_subject("w1", "s9"));
}

TEST_CASE("an erasure deletes the keys that it names, and no other, and is remembered") {
  Fixture f;
  f.table.keep(key("k1"));
  f.table.keep(key("k2", "s2"));
  f.erase("s1", 1, {"k1"});
  f.apply();
  CHECK(f.table.find({"k1", "k2"}) == std::vector{key("k2", "s2")});
  const auto state = f.queries.by_id("w1", "s1");
  REQUIRE(state);
  CHECK(state->version == 1);
  CHECK(state->erasures[0].reason == "asked by mail");
  CHECK(state->erasures[0].erased.keys == std::vector<subject::KeyPrint>{{"k1", std::string(64, 'f')}});
  CHECK_FALSE(f.queries.by_id("w2", "s1"));
  CHECK_FALSE(f.queries.by_id("w1", "s2"));
}

TEST_CASE("the model holds exactly the states that evolve makes") {
  Fixture f;
  subject::State first, second;
  const auto happen = [&](subject::State& state, const std::string& subject, const std::vector<std::string>& ids) {
    const auto event = f.erase(subject, state.version + 1, ids);
    state = subject::apply(std::move(state), event).value();
  };
  happen(first, "s1", {"k1"});
  happen(second, "s2", {"k2"});
  happen(first, "s1", {"k3", "k4"});
  f.apply();
  happen(first, "s1", {"k5"});
  f.apply();
  CHECK((f.queries.by_id("w1", "s1") == first));
  CHECK((f.queries.by_id("w1", "s2") == second));
}

TEST_CASE("a rebuild is identical, and leaves the key of what came after an erasure alone") {
  Fixture f;
  f.table.keep(key("k1"));
  f.erase("s1", 1, {"k1"});
  f.apply();
  f.table.keep(key("k2"));
  const auto report = f.rebuild();
  CHECK(report.compared);
  CHECK(f.table.of_subject("w1", "s1") == key("k2"));
}

TEST_CASE("keys that were put back from a backup are deleted again by a rebuild") {
  Fixture f;
  f.table.keep(key("k1"));
  f.erase("s1", 1, {"k1"});
  f.apply();
  f.table.keep(key("k1"));
  CHECK(f.rebuild().compared);
  CHECK(f.table.find({"k1"}).empty());
}

TEST_CASE("an erasure that cannot be read is parked and deletes nothing") {
  Fixture f;
  f.table.keep(key("k1"));
  auto event = note("s1", 1, "");
  event.type = "promptledger.subject.erased.v1";
  event.stream.kind = subject::kStreamKind;
  event.data = R"({"keys":"k1"})";
  f.chain.append(event);
  f.erase("s1", 2, {"k1"});
  f.apply();
  CHECK(f.hand.model.parked().streams == 1);
  CHECK(f.hand.model.parked().events == 2);
  CHECK(f.table.find({"k1"}).size() == 1);
}
