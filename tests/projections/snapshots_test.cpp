#include <doctest/doctest.h>

#include "domain/json.hpp"
#include "domain/prompt/codec.hpp"
#include "domain/prompt/state.hpp"
#include "projections/history/history.hpp"
#include "projections/history/queries.hpp"
#include "projections/snapshots/queries.hpp"
#include "projections/snapshots/snapshots.hpp"
#include "tests/projections/model_fixture.hpp"

using namespace ledger;
using namespace ledger::test;
using projections::BatchOutcome;
using projections::Clock;
using projections::kSnapshotEvery;

namespace {

const StreamKind& kPrompt = *find_stream_kind(prompt::kStreamKind);
const StreamId kStream{std::string{prompt::kStreamKind}, "p1"};
Timestamp at(std::uint64_t seconds) { return Timestamp{std::chrono::seconds{1'600'000'000 + static_cast<std::int64_t>(seconds)}}; }

struct Fixture {
  Database database;
  Chain chain;
  projections::HistoryProjection history;
  projections::SnapshotsProjection snapshots;
  ByHand history_hand{database, chain, history};
  ByHand hand{database, chain, snapshots};
  pg::Pool pool{{.connection = database.settings(), .size = 2}};
  projections::SnapshotQueries queries{pool};
  std::vector<RecordedEvent> events;
  std::vector<log::Position> positions;

  // The event at a version, among which are more versions, moves of a label, and other changes.
  prompt::Event event_at(std::uint64_t version) {
    prompt::NewVersion added;
    added.number = ++versions_;
    added.content = std::make_shared<const prompt::Content>(prompt::Content{prompt::Text{"text of " + std::to_string(version)}, {}, {"{}"}, prompt::Syntax::strict});
    if (version == 1) {
      prompt::Created created;
      created.beginning.name = {"c", "n"};
      created.beginning.version = added;
      return created;
    }
    if (version % 3 == 0) return prompt::VersionAdded{added};
    --versions_;
    if (version % 3 == 1) return prompt::LabelMoved{"production", std::nullopt, versions_};
    prompt::Changed changed;
    changed.title = "title " + std::to_string(version);
    return changed;
  }

  void grow(std::uint64_t to, const std::string& workspace = "w1") {
    while (events.size() < to) {
      RecordedEvent event;
      event.sequence = events.size() + 1;
      const auto encoded = prompt::encode(event_at(event.sequence));
      event.type = encoded.type;
      event.data = encoded.data;
      event.stream = kStream;
      event.meta.event_id = std::to_string(event.sequence);
      event.meta.workspace = workspace;
      event.meta.actor = "ann";
      event.meta.occurred_at = at(event.sequence == 150 ? 10'000 : event.sequence);  // one happened long after all others
      event.partition_key = "ws/" + workspace;
      positions.push_back(chain.append(event));
      events.push_back(std::move(event));
    }
  }

  void apply() {
    for (auto* one : {&history_hand, &hand}) {
      for (auto read = one->read(); !read.empty(); read = one->read()) REQUIRE(one->model.apply(read.counted, read.to) == BatchOutcome::applied);
    }
    REQUIRE(hand.model.parked().streams == 0);
  }

  StreamState folded(std::uint64_t version) const {
    auto state = StreamState::empty(kPrompt);
    for (std::uint64_t n = 0; n < version; ++n) REQUIRE(state.apply(events[n]).has_value());
    return state;
  }

  std::uint64_t newest(const projections::Moment& moment, const std::string& workspace = "w1") {
    const auto found = queries.newest(workspace, kStream, moment);
    return found ? found->version : 0;
  }

 private:
  prompt::VersionNumber versions_ = 0;
};

StreamState read(const std::string& state) { return StreamState::from_json(kPrompt, nlohmann::json::parse(state)).value(); }

}  // namespace

TEST_CASE("a long stream's states are kept every so many versions, each without what the ones before it hold") {
  Fixture f;
  f.grow(350);
  f.apply();
  std::vector<nlohmann::json> parts;
  for (const auto& snapshot : f.queries.until("w1", kStream, 350)) {
    parts.push_back(nlohmann::json::parse(snapshot.state));
    CHECK(snapshot.version == parts.size() * kSnapshotEvery);
    const auto whole = StreamState::from_json(kPrompt, join_states(parts));
    REQUIRE(whole.has_value());
    CHECK((*whole == f.folded(snapshot.version)));
    CHECK(parts.back()["versions"].size() < kSnapshotEvery);
  }
  CHECK(parts.size() == 3);

  SUBCASE("going on from one comes to what all events come to, but for what it does not hold") {
    auto state = read(f.queries.newest("w1", kStream, {})->state);
    for (std::uint64_t n = state.version(); n < 350; ++n) REQUIRE(state.apply(f.events[n]).has_value());
    const auto& from_snapshot = state.get<prompt::State>();
    const auto folded = f.folded(350);
    const auto& all = folded.get<prompt::State>();
    CHECK(from_snapshot.versions.size() == all.versions.size());
    CHECK(from_snapshot.labels == all.labels);
    CHECK(from_snapshot.title == all.title);
    CHECK((*from_snapshot.versions.back() == *all.versions.back()));
    CHECK(from_snapshot.versions.front() == nullptr);
  }
  SUBCASE("and what one does not hold is found by its number in the one that does") {
    const auto whole = f.folded(350);
    for (const prompt::VersionNumber number : {1U, 33U, 34U, 35U, 67U, 100U}) {
      CAPTURE(number);
      const auto holding = f.queries.holding("w1", kStream, "versions", number);
      REQUIRE(holding.has_value());
      const auto state = read(holding->state);
      CHECK((*state.get<prompt::State>().versions[number - 1] == *whole.get<prompt::State>().versions[number - 1]));
    }
    CHECK_FALSE(f.queries.holding("w1", kStream, "versions", 110).has_value());
  }
}

TEST_CASE("the newest snapshot that had been at a moment") {
  Fixture f;
  f.grow(350);
  f.apply();
  CHECK(f.newest({}) == 300);
  CHECK(f.newest({}, "w2") == 0);
  CHECK(f.newest({.at_version = 99}) == 0);
  CHECK(f.newest({.at_version = 100}) == 100);
  CHECK(f.newest({.at_version = 299}) == 200);
  projections::HistoryQueries history{f.pool};
  const auto recorded_at = [&](std::uint64_t version) {
    return history.stream("w1", kStream, {.from_version = version, .to_version = version, .recorded_until = {}}).at(0).event.meta.recorded_at;
  };
  CHECK(f.newest({.as_of = recorded_at(199)}) == 100);
  CHECK(f.newest({.as_of = recorded_at(200)}) == 200);
  CHECK(f.newest({.as_of = at(320), .clock = Clock::occurred}) == 100);  // the 150th happened later
  CHECK(f.newest({.as_of = at(20'000), .clock = Clock::occurred}) == 300);
  CHECK(f.newest({.at_position = std::vector{f.positions[250]}}) == 200);
  CHECK(f.newest({.at_position = std::vector<log::Position>{}}) == 0);
}

TEST_CASE("a snapshot that is not right is none") {
  Fixture f;
  f.grow(350);
  f.apply();
  const auto spoil = [&](const std::string& change) { f.hand.connection.script("UPDATE snapshot SET " + change + " WHERE version = 300"); };
  SUBCASE("of another shape") { spoil("shape = shape + 1"); }
  SUBCASE("changed by somebody") { spoil(R"(state = replace(state::text, 'title 299', 'title 298')::json)"); }
  SUBCASE("whose digest is another's") { spoil("digest = (SELECT digest FROM snapshot WHERE version = 200)"); }
  SUBCASE("of a history that is not this one") { spoil("hash = (SELECT hash FROM snapshot WHERE version = 200)"); }
  CHECK(f.newest({}) != 300);
  CHECK((f.queries.until("w1", kStream, 350).size()) < 3);
  CHECK(f.newest({.at_version = 250}) == 200);
}

TEST_CASE("without the model there are no snapshots, and nobody minds") {
  Database database;
  pg::Pool pool{{.connection = database.settings()}};
  projections::SnapshotQueries queries{pool};
  CHECK_FALSE(queries.newest("w1", kStream, {}).has_value());
  CHECK(queries.until("w1", kStream, 500).empty());
  CHECK_FALSE(queries.holding("w1", kStream, "versions", 1).has_value());
}

TEST_CASE("snapshots follow the history: what it has not come to is waited for, and tried again") {
  Fixture f;
  f.grow(120);
  REQUIRE_THROWS_AS((void)f.hand.catch_up(), pg::Fault);
  CHECK(f.newest({}) == 0);
  f.apply();
  CHECK(f.newest({}) == 100);
}

TEST_CASE("a stream that cannot be folded is parked at its snapshot, and others go on") {
  Fixture f;
  f.grow(60);
  auto broken = f.events.back();
  broken.sequence = 61;
  broken.type = "promptledger.prompt.exploded.v1";
  f.chain.append(broken);
  for (std::uint64_t n = 62; n <= 101; ++n) {
    auto event = f.events[1];
    event.sequence = n;
    f.chain.append(event);
  }
  for (std::uint64_t n = 1; n <= 100; ++n) f.chain.append(note("other", n, "x"));
  REQUIRE(f.history_hand.catch_up() == BatchOutcome::applied);
  REQUIRE(f.hand.catch_up() == BatchOutcome::applied);
  CHECK(f.hand.model.parked().streams == 1);
  CHECK(f.hand.model.parked().events == 2);
  CHECK(f.newest({}) == 0);
}

TEST_CASE("however the events are cut into batches, the snapshots are the same") {
  Fixture in_one, in_many;
  in_one.grow(320);
  in_one.apply();
  for (std::uint64_t to = 7; to <= 320; to += 31) {
    in_many.grow(to);
    in_many.apply();
  }
  in_many.grow(320);
  in_many.apply();
  const auto one = in_one.queries.until("w1", kStream, 320), many = in_many.queries.until("w1", kStream, 320);
  REQUIRE(one.size() == 3);
  REQUIRE(many.size() == 3);
  for (std::size_t n = 0; n < 3; ++n) CHECK(one[n].state == many[n].state);
}

TEST_CASE("each question of snapshots is answered from their key, and one look into the history") {
  Fixture f;
  f.grow(1);
  f.apply();
  f.hand.connection.allow(std::chrono::minutes{10});
  f.hand.connection.script(R"sql(
    INSERT INTO snapshot SELECT 'prompt/' || n, v * 100, 'w1', 1, 't', 0, n * 100 + v, sha256(n::text::bytea), timestamptz '2026-01-01Z' + v * interval '1 hour',
      timestamptz '2026-01-01Z' + v * interval '1 hour', json_build_object('versions', v * 50), '{}', ''
    FROM generate_series(1, 400) n, generate_series(1, 50) v;
    INSERT INTO history.event (topic, partition, height, log_offset, append_time_ms, recorded_at, hash, prevhash, key, headers, value, stream, sequence, workspace)
    SELECT 't', 0, n, n, 0, timestamptz '2026-01-01Z', '', '', '', '', '', 'prompt/' || (CASE WHEN n % 2 = 0 THEN 7 ELSE n END), n / 2, 'w1' FROM generate_series(1, 20000) n)sql");
  f.hand.connection.script("ANALYZE");
  for (const auto* statement : pg::Statement::all()) {
    if (statement->name != "snapshots.newest" && statement->name != "snapshots.until" && statement->name != "snapshots.holding") continue;
    const std::string name{statement->name};
    CAPTURE(name);
    pg::Params params{std::string{"prompt/7"}, std::string{"w1"}, std::int32_t{1}};
    if (name == "snapshots.holding") {
      params.add("versions").add(std::int64_t{40});
    } else {
      params.add(std::int64_t{5'000});
    }
    if (name == "snapshots.newest") {
      params.add(at(0)).add(at(0)).add(std::vector<std::string>{}).add(std::vector<std::int32_t>{}).add(std::vector<std::int64_t>{}).add(false);
    }
    std::string plan;
    for (const pg::Row row : f.hand.connection.query("EXPLAIN " + std::string{statement->sql}, params)) plan += std::string{row.text(0)} + "\n";
    CAPTURE(plan);
    CHECK(plan.find("snapshot_pkey") != std::string::npos);
    CHECK(plan.find("Seq Scan on snapshot") == std::string::npos);
    CHECK(plan.find("Index Cond: ((stream = s.stream) AND (sequence = s.version))") != std::string::npos);
  }
}
