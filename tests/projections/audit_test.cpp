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

TEST_CASE("words are found however far from the page's place the reasons are that have them") {
  Fixture f;
  f.hand.connection.script(R"sql(
    INSERT INTO entry SELECT 't', 0, n, 'w1', timestamptz '2026-01-01Z' + n * interval '1 second', timestamptz '2026-01-01Z', 'ann', 'note', 'note/a', 'note', NULL, '', 
      CASE WHEN n <= 80 THEN 'rare Bird' WHEN n % 2 = 0 THEN 'common' ELSE 'common bird' END FROM generate_series(1, 14000) n)sql");
  f.hand.connection.script("ANALYZE entry");
  CHECK(f.heights({.words = "RARE bird"}, TimeOrder::newest_first, 30).size() == 80);
  CHECK(f.heights({.words = "common"}, TimeOrder::newest_first, 500).size() == 13'920);
  CHECK(f.heights({.words = "rare common"}).empty());
  CHECK(f.heights({.words = "..."}).empty());
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
