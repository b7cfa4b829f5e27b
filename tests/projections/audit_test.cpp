#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "domain/feedback/feedback.hpp"
#include "projections/audit/audit.hpp"
#include "projections/audit/prompt_of.hpp"
#include "projections/audit/queries.hpp"
#include "projections/digest.hpp"
#include "tests/projections/model_fixture.hpp"
#include "tests/support/feedback_examples.hpp"

using namespace ledger;
using namespace ledger::test;
using projections::AuditFilter;
using projections::AuditPlace;
using projections::Clock;
using projections::TimeOrder;

namespace {

using Heights = std::vector<std::uint64_t>;

struct Fixture {
  Database database;
  Chain chain;
  projections::AuditProjection model;
  ByHand hand{database, chain, model};
  pg::Pool pool{{.connection = database.settings(), .size = 2}};
  projections::AuditQueries queries{pool};

  void apply() { REQUIRE(hand.catch_up() == projections::BatchOutcome::applied); }

  Heights heights(const AuditFilter& filter, TimeOrder order = TimeOrder::oldest_first, int limit = 100) {
    Heights out;
    std::optional<AuditPlace> place;
    do {
      const auto page = queries.list("w1", filter, order, place, limit);
      for (const auto& entry : page.entries) out.push_back(entry.place.position.height);
      place = page.next;
    } while (place);
    return out;
  }
};

RecordedEvent because(RecordedEvent event, const std::string& reason) {
  event.meta.reason = reason;
  return event;
}

}  // namespace

TEST_CASE("the audit trail lists what is an event, and nothing else") {
  Fixture f;
  f.chain.append(note("a", 1, "x"));
  f.chain.barrier();
  f.chain.append(note("b", 1, "x", "w2"));
  f.chain.append(note("a", 2, "x"));
  f.apply();
  CHECK(f.heights({}) == Heights{1, 4});
  CHECK(f.heights({}, TimeOrder::newest_first) == Heights{4, 1});
  CHECK(f.hand.model.parked().streams == 0);
}

TEST_CASE("what cannot be read is parked, and shown to nobody") {
  Fixture f;
  f.chain.append_record({"k", {{"ce_type", "\xff"}, {"ce_subject", "note/y"}}, "{}"});
  f.chain.append(note("a", 1, "x"));
  f.apply();
  CHECK(f.heights({}) == Heights{2});
  CHECK(f.hand.model.parked().streams == 1);
}

TEST_CASE("pages of any size join to the same list, in either order and by either clock") {
  Fixture f;
  for (std::uint64_t n = 1; n <= 40; ++n) {
    auto event = because(note("a", n, "x"), n % 3 == 0 ? "word " + std::to_string(n) : "other");
    event.meta.occurred_at = Timestamp{std::chrono::seconds{1'600'000'000 + static_cast<std::int64_t>(n % 4)}};   // many at the same moment
    f.chain.append(event, static_cast<std::int32_t>(n % 2));
  }
  f.apply();
  const AuditFilter filters[] = {{}, {.clock = Clock::occurred}, {.words = "word"}, {.words = "word", .clock = Clock::occurred}, {.stream = "note/a"}};
  for (const auto& filter : filters) {
    for (const auto order : {TimeOrder::newest_first, TimeOrder::oldest_first}) {
      const auto whole = f.heights(filter, order);
      CHECK(whole.size() == (filter.words ? 13 : 40));
      for (const int limit : {1, 7, 13}) CHECK(f.heights(filter, order, limit) == whole);
    }
  }
}

TEST_CASE("words are looked for as the full-text search of PostgreSQL does: whole, all of them, in any order and case") {
  Fixture f;
  const char* const texts[] = {"Ticket OPS-311: rolled back, quickly", "the zebra's e-mail ann@example.org", "see https://example.org/a/b?c=d#e", "1.5e3 of -7 kg, v2.0.1", "Größe ΣΙΓΜΑ 設定 naïve", "<b>bold</b> &amp; re-run_all",
                               "OPS", "ops-311", "zebra", "example.org", "E-MAIL", "größe", "σιγμα", "1.5e3 7", "/a/b", "re-run", "quickly ticket", "...", "", "bold amp", "ann@example.org zebra s"};
  int found = 0;
  for (const auto* reason : texts) {
    for (const auto* words : texts) {
      CAPTURE(reason);
      CAPTURE(words);
      const auto rows = f.hand.connection.query(R"sql(
        SELECT to_tsvector('simple', $1) @@ plainto_tsquery('simple', $2),
          EXISTS (SELECT words_of('w1', $2)) AND NOT EXISTS (SELECT words_of('w1', $2) EXCEPT SELECT words_of('w1', $1)), EXISTS (SELECT words_of('w2', $2) INTERSECT SELECT words_of('w1', $1)))sql", pg::Params{reason, words});
      CHECK(rows[0].flag(0) == rows[0].flag(1));
      CHECK_FALSE(rows[0].flag(2));   // another workspace's words are others
      if (rows[0].flag(1)) ++found;
    }
  }
  CHECK(found > 30);
}

namespace {

// Reasons of two workspaces, told at one event a second, and again in another order by the time that they happened; `said` is what they are compared with.
constexpr const char* kSaid = R"sql(
  CREATE TABLE said AS SELECT n AS height, 'w' || CASE WHEN n % 50 = 49 THEN 2 ELSE 1 END AS workspace, timestamptz '2026-01-01Z' + n * interval '1 second' AS recorded_at,
    timestamptz '2025-01-01Z' + (n * 7919 % 14000 / 3) * interval '1 second' AS occurred_at, CASE WHEN n % 1000 = 13 THEN 'bob' ELSE 'ann' END AS actor, CASE WHEN n % 3 = 0 THEN 'prompt' ELSE 'note' END AS kind,
    CASE WHEN n <= 80 THEN 'rare Bird' WHEN n % 2 = 0 THEN 'Common even' ELSE 'common odd bird' END || CASE WHEN n = 200 THEN ' odd' WHEN n % 100 = 7 THEN ' hotfix' ELSE '' END AS reason
  FROM generate_series(1, 14000) n;
  INSERT INTO entry SELECT 't', 0, height, workspace, recorded_at, occurred_at, actor, kind, kind || '/a', 'note', CASE kind WHEN 'prompt' THEN 'a' END, 'r' || height / 2000 FROM said;
  INSERT INTO reason_word SELECT word, recorded_at, occurred_at, height, 0, 't' FROM said, words_of(workspace, reason) AS word;
  ANALYZE entry, reason_word)sql";

// What all pages of a search should join to: everything is looked at, and sorted.
Heights said(pg::Connection& connection, const std::string& words, const std::string& others, const std::string& order) {
  Heights out;
  for (const pg::Row row : connection.query("SELECT height FROM said WHERE workspace = 'w1' AND to_tsvector('simple', reason) @@ plainto_tsquery('simple', $1) AND " + others + " ORDER BY " + order, pg::Params{words})) {
    out.push_back(static_cast<std::uint64_t>(row.number(0)));
  }
  return out;
}

}  // namespace

TEST_CASE("words and other filters together find what looking at every reason finds, in either order and by either clock") {
  Fixture f;
  f.hand.connection.script(kSaid);
  const auto from = *parse_rfc3339("2026-01-01T02:00:00Z");
  const std::pair<AuditFilter, std::string> filters[] = {
      {{}, "true"},
      {{.actor = "bob"}, "actor = 'bob'"},
      {{.kind = "prompt"}, "kind = 'prompt'"},
      {{.actor = "ann", .prompt = "a"}, "actor = 'ann' AND kind = 'prompt'"},
      {{.correlation = "r3"}, "height / 2000 = 3"},
      {{.stream = "note/a"}, "kind = 'note'"},
      {{.actor = "nobody"}, "false"},
  };
  for (const auto* words : {"RARE bird", "common", "hotfix", "hotfix common", "odd even", "rare common", "bird", "unheard", "unheard common", "..."}) {
    for (const auto& [filter, others] : filters) {
      for (const auto clock : {Clock::recorded, Clock::occurred}) {
        for (const bool newest : {true, false}) {
          CAPTURE(words);
          CAPTURE(others);
          CAPTURE(newest);
          auto asked = filter;
          asked.words = words;
          asked.clock = clock;
          const std::string column = clock == Clock::recorded ? "recorded_at" : "occurred_at", direction = newest ? " DESC" : "";
          CHECK(f.heights(asked, newest ? TimeOrder::newest_first : TimeOrder::oldest_first, 170) == said(f.hand.connection, words, others, column + direction + ", height" + direction));
        }
      }
    }
  }
  const AuditFilter late{.words = "hotfix bird", .from = from, .until = from + std::chrono::hours{1}};
  CHECK(f.heights(late, TimeOrder::oldest_first, 7) == said(f.hand.connection, "hotfix bird", "height >= 7200 AND height < 10800", "height"));
}

TEST_CASE("a page of words that seldom stand together ends after a bounded number of steps, and the next goes on there") {
  Fixture f;
  f.hand.connection.script(kSaid);
  const AuditFilter filter{.words = "odd even"};
  Heights found;
  std::vector<std::size_t> sizes;
  std::optional<AuditPlace> place;
  do {
    const auto page = f.queries.list("w1", filter, TimeOrder::newest_first, place, 50);
    for (const auto& entry : page.entries) found.push_back(entry.place.position.height);
    sizes.push_back(page.entries.size());
    place = page.next;
  } while (place);
  CHECK(found == Heights{200});
  CHECK(sizes == std::vector<std::size_t>{0, 0, 1});   // the first are empty, and yet each has a next one
}

TEST_CASE("an event is about the prompt that it says it is about") {
  auto prompt_event = note("p1", 1, "x");
  prompt_event.stream.kind = "prompt";
  CHECK(projections::prompt_of(prompt_event) == "p1");
  CHECK_FALSE(projections::prompt_of(note("p1", 1, "x")).has_value());

  const auto encoded = feedback::encode(feedback::Event{feedback::Given{feedback::examples::about("r1", "u1"), feedback::examples::full()}});
  auto given = note("f1", 1, "x");
  given.stream.kind = "feedback";
  given.type = encoded.type;
  given.data = encoded.data;
  CHECK(projections::prompt_of(given) == feedback::examples::about("r1", "u1").prompt);
  given.data = "{}";
  CHECK_FALSE(projections::prompt_of(given).has_value());
}
