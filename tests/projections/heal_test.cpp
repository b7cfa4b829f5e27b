// Putting back what was cut away: the core of `promptledger heal`.
#include "projections/heal/heal.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "projections/history/history.hpp"
#include "tests/projections/model_fixture.hpp"
#include "tests/projections/notes.hpp"
#include "tests/projections/uplink.hpp"

using namespace ledger;
using namespace ledger::test;
using namespace std::chrono_literals;
using projections::Condition;

namespace {

const log::PartitionId kFirst{kPromptsTopic, 0};

std::vector<log::Record> records_of(const Chain& chain) {
  std::vector<log::Record> records;
  for (const auto& arrival : chain.log.stored(kFirst)) records.push_back(arrival.record);
  return records;
}

// A log with two readers of it: heights 0 to 10 in the first partition, one of them a barrier.
struct Ledger {
  explicit Ledger(std::uint64_t events = 9) {
    for (std::uint64_t n = 1; n <= events; ++n) write(n);
    chain.barrier();
    catch_up();
    before = records_of(chain);
  }
  void write(std::uint64_t sequence) {
    auto event = note("a", sequence, "value " + std::to_string(sequence));
    event.command_id = "command-" + std::to_string(sequence);
    event.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    chain.append(event);
  }
  void catch_up() {
    history.catch_up();
    notes.catch_up();
  }
  projections::HealPlace place(log::Log& log) {
    projections::HealPlace place{.log = log, .connection = connection, .models = {"history", "notes", "not there"}};
    place.settings.batch.max_records = 4;
    place.settings.batch.first_wait_ms = 20ms;
    place.settings.follower.log_timeout_ms = 2'000ms;
    place.settings.silence_ms = 5'000ms;
    place.settings.shown_max = 3;
    return place;
  }
  projections::Survey survey() { return projections::survey(place(chain.log), kFirst); }
  projections::Healing heal() { return projections::heal(place(chain.log), kFirst); }
  // Both models can be read on from where they stand, and the history is what it would be if it were built now.
  void check_all_goes_on() {
    const auto here = note("after", 1, "goes on");
    chain.append(here);
    history.model.reload();
    notes.model.reload();
    catch_up();
    CHECK(connection.query("SELECT count(*) FROM history.event WHERE stream = 'note/after'")[0].number(0) == 1);
    CHECK(connection.query("SELECT count(*) FROM notes.note WHERE stream = 'after'")[0].number(0) == 1);
    projections::RebuildPlace rebuilt{.log = chain.log, .connection = database.settings()};
    rebuilt.settings.silence_ms = 3'000ms;
    CHECK(projections::rebuild(rebuilt, projection).compared);   // throws when a table differs
    CHECK(projections::rebuild(rebuilt, note_model).compared);
  }

  Database database;
  Chain chain;
  projections::HistoryProjection projection;
  Notes note_model;
  ByHand history{database, chain, projection};
  ByHand notes{database, chain, note_model};
  pg::Connection connection{database.settings()};
  std::vector<log::Record> before;
};

}  // namespace

TEST_CASE("a log that holds all that was read of it is whole, and nothing is done") {
  Ledger ledger;
  const auto found = ledger.survey();
  CHECK((found.condition() == Condition::whole));
  CHECK(found.common == 10);
  CHECK_FALSE(found.known_lost_to());
  const auto healing = ledger.heal();
  CHECK(healing.is_healed());
  CHECK(healing.put_back == 0);
  CHECK(healing.re_anchored == 0);
  CHECK(records_of(ledger.chain) == ledger.before);

  SUBCASE("also when it holds more than the history has read") {
    ledger.write(10);
    CHECK((ledger.survey().condition() == Condition::whole));
  }
  SUBCASE("also when nobody has read anything of it") {
    const auto other = projections::survey(ledger.place(ledger.chain.log), {kPromptsTopic, 1});
    CHECK((other.condition() == Condition::whole));
    CHECK_FALSE(ledger.chain.log.stored(other.partition).empty());
  }
}

TEST_CASE("records that were cut away come back byte for byte, barriers and trace headers too") {
  Ledger ledger;
  ledger.chain.log.truncate(kFirst, 5);
  const auto found = ledger.survey();
  CHECK((found.condition() == Condition::cut));
  CHECK(found.log_head->head.height == 4);
  CHECK(found.log_head->head_offset == 4);
  REQUIRE(found.in_history);
  CHECK(found.in_history->from == 5);
  CHECK(found.in_history->to == 10);
  CHECK(found.in_history->first.size() == 3);
  CHECK(found.in_history->first[0].record.header("ce_subject") == "note/a");
  CHECK_FALSE(found.known_lost_to());
  CHECK(records_of(ledger.chain).size() == 5);   // nothing was changed

  const auto healing = ledger.heal();
  CHECK(healing.is_healed());
  CHECK(healing.put_back == 6);
  CHECK(records_of(ledger.chain) == ledger.before);
  const auto again = ledger.heal();
  CHECK(again.put_back == 0);
  CHECK(records_of(ledger.chain) == ledger.before);
  ledger.check_all_goes_on();
}

TEST_CASE("a partition that lost even its genesis comes back whole") {
  Ledger ledger;
  ledger.chain.log.truncate(kFirst, 0);
  const auto found = ledger.survey();
  CHECK((found.condition() == Condition::cut));
  CHECK_FALSE(found.log_head);
  CHECK(ledger.heal().put_back == 11);
  CHECK(records_of(ledger.chain) == ledger.before);
  ledger.check_all_goes_on();
}

TEST_CASE("void records before, between and behind: what came back stands elsewhere, and everybody is told where") {
  Ledger ledger;
  ledger.chain.log.truncate(kFirst, 5);
  ledger.chain.log.put(kFirst, {"", {{"ce_type", "of somebody else"}}, "no link"});
  ledger.chain.log.put(kFirst, ledger.before[2]);
  // What the models' readers say before: their heads are not where they were.
  CHECK(ledger.history.read().counted.empty());
  const auto healing = ledger.heal();
  CHECK(healing.is_healed());
  CHECK(healing.put_back == 6);
  CHECK(healing.re_anchored == 2);
  ledger.check_all_goes_on();
}

TEST_CASE("a log that is whole but lies elsewhere, as a mirror does, is only looked up anew") {
  Ledger ledger;
  ledger.chain.log.truncate(kFirst, 0);
  ledger.chain.log.put(kFirst, {"", {}, "of somebody else"});
  for (const auto& record : ledger.before) ledger.chain.log.put(kFirst, record);
  const auto found = ledger.survey();
  CHECK((found.condition() == Condition::astray));
  CHECK(found.rows_astray == 11);
  const auto healing = ledger.heal();
  CHECK(healing.is_healed());
  CHECK(healing.put_back == 0);
  CHECK(healing.re_anchored == 2);
  ledger.check_all_goes_on();
}

TEST_CASE("a checkpoint that reads on behind the end of the log is put right, though nothing that counts is gone") {
  Ledger ledger;
  ledger.chain.duplicate();
  ledger.chain.duplicate();
  ledger.catch_up();
  ledger.chain.log.truncate(kFirst, 11);
  CHECK((ledger.survey().condition() == Condition::astray));
  CHECK(ledger.heal().is_healed());
  ledger.check_all_goes_on();
}

TEST_CASE("a start reads on right behind the head, however far the checkpoint says that was read: what is void there may be gone") {
  Ledger ledger;
  ledger.chain.duplicate();
  ledger.chain.duplicate();
  ledger.catch_up();
  ledger.chain.log.truncate(kFirst, 11);
  ledger.chain.append(note("after", 1, "takes the place of what was void"));
  ledger.catch_up();
  CHECK(ledger.connection.query("SELECT count(*) FROM history.event WHERE stream = 'note/after'")[0].number(0) == 1);
  CHECK(ledger.connection.query("SELECT count(*) FROM notes.note WHERE stream = 'after'")[0].number(0) == 1);
}

TEST_CASE("what is parked is told where its records stand, too") {
  Ledger ledger;
  ledger.chain.append(note("b", 1, "riddle"));
  ledger.catch_up();
  ledger.chain.log.truncate(kFirst, 5);
  ledger.chain.log.put(kFirst, {"", {}, "of somebody else"});
  CHECK(ledger.heal().is_healed());
  CHECK(ledger.connection.query("SELECT log_offset FROM notes.parked_event")[0].number(0) == 12);
  ledger.check_all_goes_on();
}

TEST_CASE("somebody wrote on the cut head: both branches are told, and nothing is changed") {
  Ledger ledger;
  ledger.chain.log.truncate(kFirst, 5);
  auto cut = ledger.survey();
  log::Head head = cut.log_head->head;
  for (int n = 0; n < 5; ++n) {
    auto barrier = log::make_barrier("foreign-" + std::to_string(n), "take_over");
    head = log::link(barrier, head, "somebody else", 1'800'000'000'000'000);
    ledger.chain.log.put(kFirst, barrier);
  }
  const auto records = records_of(ledger.chain);
  const auto at = ledger.connection.query("SELECT string_agg(c::text, ';') FROM history.checkpoint c");
  const auto healing = ledger.heal();
  CHECK_FALSE(healing.is_healed());
  const auto& found = healing.after;
  CHECK((found.condition() == Condition::forked));
  CHECK(found.common == 4);
  REQUIRE(found.in_log);
  CHECK(found.in_log->from == 5);
  CHECK(found.in_log->size() == 5);
  REQUIRE(found.in_log->first.size() == 3);
  CHECK(found.in_log->first[0].offset == 5);
  CHECK(found.in_log->first[0].record.header("ce_writer") == "somebody else");
  REQUIRE(found.in_history);
  CHECK(found.in_history->from == 5);
  CHECK(found.in_history->size() == 6);
  CHECK(records_of(ledger.chain) == records);
  CHECK(ledger.connection.query("SELECT string_agg(c::text, ';') FROM history.checkpoint c")[0].text(0) == at[0].text(0));
}

TEST_CASE("somebody who writes on the head while records are put back is noticed") {
  Ledger ledger;
  ledger.chain.log.truncate(kFirst, 5);
  auto place = ledger.place(ledger.chain.log);
  place.settings.batch.max_records = 2;
  place.on_put_back = [&](std::uint64_t records) {
    if (records != 2) return;
    auto barrier = log::make_barrier("foreign", "take_over");
    log::link(barrier, ledger.survey().log_head->head, "somebody else", 1'800'000'000'000'000);
    ledger.chain.log.put(kFirst, barrier);
  };
  const auto healing = projections::heal(place, kFirst);
  CHECK((healing.after.condition() == Condition::forked));
  CHECK(healing.after.common == 6);
  CHECK(healing.put_back == 2);
}

TEST_CASE("what only another read model had read is lost, and said to be: by its heights") {
  Ledger ledger;
  ledger.write(10);
  ledger.write(11);
  ledger.notes.catch_up();   // heights 11 and 12, which the history never got
  ledger.chain.log.truncate(kFirst, 5);
  const auto found = ledger.survey();
  CHECK((found.condition() == Condition::cut));
  CHECK(found.history_head->height == 10);
  CHECK(found.known_lost_to() == 12);
  const auto healing = ledger.heal();
  CHECK(healing.put_back == 6);
  CHECK_FALSE(healing.is_healed());
  CHECK((healing.after.condition() == Condition::whole));
  CHECK(healing.after.known_lost_to() == 12);
  CHECK(records_of(ledger.chain) == ledger.before);
}

TEST_CASE("told to stop it stops, and goes on from there when it is run again") {
  Ledger ledger;
  ledger.chain.log.truncate(kFirst, 3);
  std::stop_source stop;
  auto place = ledger.place(ledger.chain.log);
  place.settings.batch.max_records = 2;
  place.stop = stop.get_token();
  place.on_put_back = [&](std::uint64_t) { stop.request_stop(); };
  CHECK_THROWS(projections::heal(place, kFirst));
  CHECK(records_of(ledger.chain).size() == 5);
  CHECK((ledger.survey().condition() == Condition::cut));
  CHECK(ledger.heal().put_back == 6);
  CHECK(records_of(ledger.chain) == ledger.before);
}

TEST_CASE("records that the sender loses are sent again") {
  Ledger ledger;
  ledger.chain.log.truncate(kFirst, 5);
  Uplink uplink{ledger.chain.log};
  uplink.cut_off_after(2);
  const auto place = ledger.place(uplink);
  CHECK(projections::heal(place, kFirst).is_healed());
  CHECK(records_of(ledger.chain) == ledger.before);
  uplink.arrive_late(10);   // and are void
  CHECK((ledger.survey().condition() == Condition::whole));
}

TEST_CASE("what is reported stored and is not there is sent again: a broker may take a new sender for an old one") {
  struct Forgetful final : Uplink {
    using Uplink::Uplink;
    log::Taken append(const log::PartitionId& partition, const log::Record& record, log::OnReport on_report) override {
      if (renewed) return Uplink::append(partition, record, std::move(on_report));
      on_report({.offset = 3});
      return log::Taken::yes;
    }
    void renew_sender() override { renewed = true; }
    bool renewed = false;
  };
  Ledger ledger;
  ledger.chain.log.truncate(kFirst, 5);
  Forgetful forgetful{ledger.chain.log};
  auto place = ledger.place(forgetful);
  place.settings.follower.log_timeout_ms = 300ms;
  CHECK(projections::heal(place, kFirst).is_healed());
  CHECK(records_of(ledger.chain) == ledger.before);
}

TEST_CASE("a log that takes nothing is given up after a while") {
  Ledger ledger;
  ledger.chain.log.truncate(kFirst, 5);
  ledger.chain.log.answer_appends(log::Taken::full);
  auto place = ledger.place(ledger.chain.log);
  place.settings.follower.log_timeout_ms = 100ms;
  place.settings.silence_ms = 300ms;
  CHECK_THROWS_AS(projections::heal(place, kFirst), projections::LogAway);
}

TEST_CASE("two at once do no harm, and neither do readers beside them") {
  Ledger ledger{200};
  ledger.chain.log.truncate(kFirst, 20);
  const auto heal = [&] {
    pg::Connection own{ledger.database.settings()};
    projections::HealPlace place{.log = ledger.chain.log, .connection = own, .models = {"history", "notes"}};
    place.settings.batch.max_records = 7;
    place.settings.batch.first_wait_ms = 20ms;
    return projections::heal(place, kFirst);
  };
  projections::Healing first, second;
  {
    std::jthread other{[&] { first = heal(); }};
    second = heal();
  }
  CHECK(first.put_back + second.put_back >= 182);
  CHECK((first.after.condition() != Condition::forked));
  CHECK(ledger.heal().is_healed());   // the two may have passed each other on the last step
  ledger.check_all_goes_on();
}

TEST_CASE("a record that is damaged in the history is not put back: it would halt every reader") {
  Ledger ledger;
  ledger.chain.log.truncate(kFirst, 5);
  ledger.connection.query("UPDATE history.event SET value = 'x' WHERE partition = 0 AND height = 8");
  CHECK_THROWS_WITH(ledger.heal(), doctest::Contains("height 8 is damaged"));
  for (const auto& record : records_of(ledger.chain)) CHECK(record.value != "x");
  ledger.connection.query("DELETE FROM history.event WHERE partition = 0 AND height = 8");
  CHECK_THROWS_WITH(ledger.heal(), doctest::Contains("lacks height 8"));
}

TEST_CASE("a log that was tampered with, or lost its beginning, cannot be healed") {
  Ledger ledger;
  SUBCASE("a record is not what its hash says") {
    log::Record forged{"ws/w1", {{"ce_type", "promptledger.note.taken.v1"}}, "{}"};
    log::link(forged, ledger.chain.head(), "evil", 1'800'000'000'000'000);
    forged.value = "{\"forged\":true}";
    ledger.chain.log.put(kFirst, forged);
  }
  SUBCASE("its beginning was deleted") { ledger.chain.log.trim(kFirst, 2); }
  const auto healing = ledger.heal();
  CHECK((healing.after.condition() == Condition::unreadable));
  CHECK_FALSE(healing.after.unreadable.empty());
}
