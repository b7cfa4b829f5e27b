#include <doctest/doctest.h>

#include "projections/history/history.hpp"
#include "projections/history/queries.hpp"
#include "projections/history/store.hpp"
#include "projections/record_bytes.hpp"
#include "tests/projections/model_fixture.hpp"

using namespace ledger;
using namespace ledger::test;

namespace {

struct Fixture {
  Database database;
  Chain chain;
  projections::HistoryProjection history;
  ByHand hand{database, chain, history};
  pg::Pool pool{{.connection = database.settings(), .size = 2}};
  projections::HistoryStore store{pool};
  projections::HistoryQueries queries{pool};
};

std::vector<std::string> names(const HistorySlice& slice) {
  std::vector<std::string> out;
  for (const auto& row : slice.rows) out.push_back(row.event.stream.id + ":" + std::to_string(row.event.sequence));
  return out;
}
using Names = std::vector<std::string>;

RecordedEvent tagged(RecordedEvent event, std::vector<std::string> tags, std::string command = "") {
  event.tags = std::move(tags);
  event.command_id = command;
  event.command_digest = command.empty() ? "" : "digest";
  return event;
}

using Tags = std::vector<HistoryQuery::Tag>;
const log::PartitionId kFirst{kPromptsTopic, 0};

HistoryQuery ask(Names streams, Tags tags = {}, Names command_ids = {}) {
  return {kFirst, std::move(streams), std::move(tags), std::move(command_ids)};
}

Timestamp at(std::int64_t seconds) { return Timestamp{std::chrono::seconds{1'600'000'000 + seconds}}; }
projections::Moment happened(std::int64_t seconds) { return {.as_of = at(seconds), .clock = projections::Clock::occurred}; }

}  // namespace

TEST_CASE("the history gives every record that counts back, byte for byte") {
  Fixture f;
  f.chain.append(tagged(note("a", 1, "é😀"), {"tag/x", "tag/x", "tag/y"}, "c1"));
  f.chain.barrier();
  // Foreign, but it links: it counts, whatever it means. An envelope that no text column takes, and names longer than
  // an index row.
  f.chain.append_record({std::string{"\0\xff", 2},
                         {{"ce_type", "\xff"}, {"ce_subject", "note/y"}, {"other", std::string{"\0", 1}}},
                         "\xfe"});
  f.chain.append(note(std::string(5'000, 'n'), 1, "long"));
  f.chain.append(tagged(note("b", 1, "x"), {"tag/" + std::string(6'000, 't')}));
  REQUIRE(f.hand.catch_up() == projections::BatchOutcome::applied);
  CHECK(f.hand.model.parked().streams == 0);

  const auto stored = f.chain.log.stored(kFirst);
  const auto rows = f.hand.connection.query(
      "SELECT height, log_offset, key, headers, value, hash, prevhash FROM event WHERE topic = $1 AND partition = 0 "
      "ORDER BY height",
      pg::Params{kPromptsTopic});
  REQUIRE(rows.size() == static_cast<int>(stored.size()));
  log::Hash previous{};
  for (int i = 0; i < rows.size(); ++i) {
    const auto& record = stored[static_cast<std::size_t>(i)].record;
    CHECK(rows[i].number(0) == i);
    CHECK(rows[i].bytes(2) == record.key);
    CHECK(projections::decode_headers(rows[i].bytes(3)) == record.headers);
    CHECK(rows[i].bytes(4) == record.value);
    if (i > 0) CHECK(projections::hash_of(rows[i].bytes(6)) == previous);
    previous = projections::hash_of(rows[i].bytes(5));
  }
  CHECK(previous == f.chain.head().hash);

  SUBCASE("and finds what has a long tag") {
    const auto slice = f.store.load(ask({}, {{"ws/w1", "tag/" + std::string(6'000, 't')}}), kSoon);
    REQUIRE(slice.has_value());
    CHECK(names(*slice) == Names{"b:1"});
  }
}

TEST_CASE("what a decision needs is loaded with the checkpoint it belongs to") {
  Fixture f;
  CHECK_FALSE(f.store.load(ask({"note/a"}), kSoon)->checkpoint.has_value());

  f.chain.append(tagged(note("a", 1, "x"), {"name/a"}, "c1"));
  f.chain.append(tagged(note("b", 1, "x"), {"name/b"}));
  f.chain.append(tagged(note("c", 1, "x", "w2"), {"name/a"}));  // another partition key
  f.chain.append(note("a", 2, "x"));
  f.chain.append(tagged(note("d", 1, "x"), {"name/a"}), 1);  // another partition
  REQUIRE(f.hand.catch_up() == projections::BatchOutcome::applied);

  const auto load = [&](const HistoryQuery& query) {
    auto slice = f.store.load(query, kSoon);
    REQUIRE(slice.has_value());
    REQUIRE(slice->checkpoint.has_value());
    CHECK(slice->checkpoint->head == f.chain.head());
    CHECK(slice->checkpoint == f.hand.model.at().at(kFirst));
    return *slice;
  };
  CHECK(names(load(ask({}))).empty());
  CHECK(names(load(ask({"note/a", "note/unknown"}))) == Names{"a:1", "a:2"});
  CHECK(names(load(ask({}, {{"ws/w1", "name/a"}}))) == Names{"a:1"});
  CHECK(names(load(ask({}, {{"ws/w2", "name/a"}}))) == Names{"c:1"});
  CHECK(names(load(ask({}, {}, {"c1", "c2"}))) == Names{"a:1"});
  CHECK(names(load(ask({"note/a", "note/b"}, {{"ws/w1", "name/a"}}, {"c1"}))) == Names{"a:1", "b:1", "a:2"});
  const auto whole = load(ask({"note/a"})).rows.front().event;
  CHECK(whole.tags == std::vector<std::string>{"name/a"});
  CHECK(whole.command_id == "c1");
  CHECK(whole.data == note("a", 1, "x").data);

  const auto checkpoints = f.store.checkpoints({kPromptsTopic}, kSoon);
  REQUIRE(checkpoints.has_value());
  CHECK(checkpoints->size() == 2);
}

TEST_CASE("a load from a server that is away is a fault with a sentence, not an exception") {
  Fixture f;
  auto settings = f.database.settings();
  settings.url = "postgresql://127.0.0.1:1/nowhere";
  pg::Pool nowhere{{.connection = settings}};
  projections::HistoryStore store{nowhere};
  const auto slice = store.load(ask({}), kSoon);
  REQUIRE_FALSE(slice.has_value());
  CHECK_FALSE(slice.error().why.empty());
}

TEST_CASE("before the model is there nothing has begun") {
  Database database;
  pg::Pool pool{{.connection = database.settings()}};
  projections::HistoryStore store{pool};
  CHECK_FALSE(store.load(ask({}), kSoon)->checkpoint.has_value());
  CHECK(store.checkpoints({kPromptsTopic}, kSoon)->empty());
}

TEST_CASE("a stream's events by version and by either clock") {
  Fixture f;
  std::vector<log::Position> positions;
  for (std::uint64_t i = 1; i <= 10; ++i) {
    auto event = note("a", i, "x");
    event.meta.occurred_at = at(i == 5 ? 50 : static_cast<std::int64_t>(i));  // the fifth happened after all others
    positions.push_back(f.chain.append(event));
  }
  f.chain.append(note("a2", 1, "x"));
  f.chain.append(note("z", 1, "x", "w2"));
  REQUIRE(f.hand.catch_up() == projections::BatchOutcome::applied);
  const StreamId a{"note", "a"};

  const auto all = f.queries.stream("w1", a);
  REQUIRE(all.size() == 10);
  CHECK(all[3].position == positions[3]);
  CHECK(f.queries.stream("w1", a, {.from_version = 4, .to_version = 6, .recorded_until = {}}).size() == 3);
  CHECK(f.queries.stream("w1", a, {.from_version = {}, .to_version = {}, .recorded_until = {}, .limit = 2}).size() ==
        2);
  CHECK(f.queries.stream("w2", a).empty());

  CHECK(f.queries.stream_at("w1", a, {.as_of = all[6].event.meta.recorded_at}).size() == 7);
  CHECK(f.queries.stream_at("w1", a, happened(3)).size() == 3);
  CHECK(f.queries.stream_at("w1", a, happened(9)).size() == 4);  // the longest prefix
  CHECK(f.queries.stream_at("w1", a, happened(60)).size() == 10);
  CHECK(f.queries.stream_at("w1", a, happened(0)).empty());

  const auto at_places = f.queries.at("w1", {positions[6], positions[2], {kFirst, 1'000}, {kFirst, f.chain.head().height}});
  REQUIRE(at_places.size() == 2);  // what is not there, or another workspace's, is left out
  CHECK(at_places[0].position == positions[6]);
  CHECK(at_places[1].event.sequence == 3);

  CHECK(f.queries.stream_at("w1", a, {.at_version = 3}).size() == 3);
  CHECK(f.queries.stream_at("w1", a, {.at_version = 3}, 3).size() == 1);
  CHECK(f.queries.stream_at("w1", a, {.at_position = std::vector{positions[7]}}).size() == 8);
  CHECK(f.queries.stream_at("w1", a, {.at_position = std::vector{log::Position{{kPromptsTopic, 1}, 1'000}}}).empty());  // another partition

  for (const projections::Moment& moment : std::initializer_list<projections::Moment>{
           {}, {.as_of = all[6].event.meta.recorded_at}, happened(3), happened(9), happened(60), happened(0), {.at_version = 3}, {.at_version = 99},
           {.at_position = std::vector{positions[7]}}, {.at_position = std::vector<log::Position>{}}}) {
    CHECK(f.queries.version_at("w1", a, moment) == f.queries.stream_at("w1", a, moment).size());
    CHECK(f.queries.version_at("w2", a, moment) == 0);
  }

  const auto walk = [&](const projections::Moment& moment) {
    Names seen;
    f.queries.workspace_at("w1", "note", moment, [&](const std::string& stream, const std::vector<RecordedEvent>& events) {
      seen.push_back(stream + ":" + std::to_string(events.size()));
    });
    return seen;
  };
  CHECK(walk(happened(9)) == Names{"note/a:4", "note/a2:1"});
  CHECK(walk(happened(0)).empty());
  CHECK(walk({.as_of = all[1].event.meta.recorded_at}) == Names{"note/a:2"});
  CHECK(walk({.at_position = std::vector{positions[7]}}) == Names{"note/a:8"});
}

TEST_CASE("events behind positions come page by page, none twice, none missing") {
  int limit = 0;
  SUBCASE("one at a time") { limit = 1; }
  SUBCASE("a few") { limit = 7; }
  SUBCASE("all at once") { limit = 500; }
  Fixture f;
  for (std::uint64_t i = 1; i <= 30; ++i) {
    f.chain.append(note("a", i, "x"));
    if (i % 3 == 0) f.chain.append(note("b", i / 3, "x"), 1);
    if (i % 4 == 0) f.chain.append(note("other", i / 4, "x", "w2"));
  }
  REQUIRE(f.hand.catch_up() == projections::BatchOutcome::applied);
  std::vector<log::Position> seen;
  std::vector<projections::HistoryEvent> events;
  for (;;) {
    auto page = f.queries.after("w1", seen, limit);
    CHECK(static_cast<int>(page.events.size()) <= limit);
    seen = page.seen;
    if (page.events.empty()) break;
    for (auto& event : page.events) events.push_back(std::move(event));
  }
  CHECK(events.size() == 40);
  for (std::size_t i = 1; i < events.size(); ++i) {
    CHECK(std::pair{events[i - 1].event.meta.recorded_at, events[i - 1].position} <
          std::pair{events[i].event.meta.recorded_at, events[i].position});
  }
  CHECK(seen == f.queries.now());
}
