// Deciding on a speculative head, acknowledging on read-back (protocol steps 9 to 13).
#include "tests/commands/stage.hpp"

namespace ledger::stage {
namespace {

using namespace words;

TEST_CASE("commands are decided on my own flights: the second sees the first's, without waiting") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto first = stage.submit(add("s", "a"));
  const auto same = stage.submit(add("s", "a"));
  const auto second = stage.submit(add("s", "b"));
  stage.settle();
  REQUIRE(stage.sends() == 3);
  CHECK(stage.sent()[2].record.header("ce_prevhash") == stage.sent()[1].record.header("ce_hash"));
  CHECK(stage.answered().empty());
  stage.deliver_all();
  REQUIRE(stage.accepted(first) != nullptr);
  REQUIRE(stage.accepted(second) != nullptr);
  CHECK(stage.rejected(same) != nullptr);
  CHECK(stage.accepted(first)->version == 1);
  CHECK(stage.accepted(second)->version == 2);
  CHECK(stage.accepted(second)->position.height == stage.accepted(first)->position.height + 1);
  CHECK((*std::static_pointer_cast<const Words>(stage.accepted(second)->state) == Words{"a", "b"}));
}

TEST_CASE("acknowledged is what was read back and reported, both") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto ticket = stage.submit(add("s", "a"));
  stage.settle();
  stage.store(1);
  SUBCASE("read back, then reported") {
    stage.read();
    CHECK(stage.answer(ticket) == nullptr);
    stage.report(1);
    stage.settle();
  }
  SUBCASE("reported, then read back") {
    stage.report(1);
    stage.settle();
    CHECK(stage.answer(ticket) == nullptr);
    stage.read();
  }
  CHECK(stage.accepted(ticket) != nullptr);
}

TEST_CASE("the report of a later record of the partition serves as well") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto first = stage.submit(add("s", "a"));
  const auto second = stage.submit(add("s", "b"));
  stage.settle();
  stage.store(1);
  stage.store(2);
  stage.read();
  CHECK(stage.answered().empty());
  stage.report(2);
  stage.settle();
  CHECK(stage.accepted(first) != nullptr);
  CHECK(stage.accepted(second) != nullptr);
}

TEST_CASE("acknowledgements keep the order of the log") {
  World world;
  Stage stage(world);
  stage.make_ready();
  std::vector<Ticket> tickets;
  for (const char* word : {"a", "b", "c", "d"}) tickets.push_back(stage.submit(add("s", word)));
  stage.settle();
  for (std::size_t n = 1; n <= 4; ++n) stage.store(n);
  stage.report(2);
  stage.read(2);
  CHECK((stage.answered() == std::vector<Ticket>{tickets[0], tickets[1]}));
  stage.read();
  stage.report(4);
  stage.settle();
  CHECK((stage.answered() == tickets));
}

TEST_CASE("a read-back whose own report never comes is confirmed by a barrier's") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto ticket = stage.submit(add("s", "a"));
  stage.settle();
  stage.store(1);
  stage.read();
  SUBCASE("the report was an error") { stage.fail(1); }
  SUBCASE("the report is late") { stage.pass(milliseconds(3'001)); }
  stage.settle();
  CHECK(stage.answer(ticket) == nullptr);
  REQUIRE(stage.sends() >= 3);
  CHECK(what(stage.last().record) == "barrier");
  CHECK(stage.writer->stats().barriers_report == 1);
  stage.deliver(stage.sends() - 1);
  CHECK(stage.accepted(ticket) != nullptr);
  const auto next = stage.submit(add("s", "b"));
  stage.deliver_all();
  CHECK(stage.accepted(next) != nullptr);
}

TEST_CASE("uniqueness by tag is exact, also against what is still in flight") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto mine = stage.submit(claim("s1", "name"));
  const auto yours = stage.submit(claim("s2", "name"));
  stage.deliver_all();
  CHECK(stage.accepted(mine) != nullptr);
  CHECK(stage.rejected(yours) != nullptr);
}

TEST_CASE("reads that only the first ones can name are loaded then") {
  World world;
  foreign_event(world, added("s", 1, "x"));
  auto event = added("other", 1, "w2");
  event.tags = {"word/w2"};
  foreign_event(world, event);
  world.history_reads();
  Stage stage(world);
  stage.make_ready();
  const auto taken = stage.submit(claim_next("s"));       // w2 is taken
  const auto free = stage.submit(claim_next("empty"));    // w1 is not
  stage.deliver_all();
  CHECK(stage.rejected(taken) != nullptr);
  CHECK(stage.accepted(free) != nullptr);
}

TEST_CASE("state is history, then tail, then flights") {
  World world;
  foreign_event(world, added("s", 1, "history"));
  world.history_reads();
  foreign_event(world, added("s", 2, "tail"));
  Stage stage(world);
  stage.make_ready();
  stage.submit(add("other", "x"));
  stage.withhold_loads = true;
  const auto tickets = {stage.submit(add("s", "history")), stage.submit(add("s", "tail")), stage.submit(add("s", "flight")), stage.submit(add("s", "flight"))};
  stage.settle();
  stage.withhold_loads = false;
  stage.deliver_all();
  std::string answers;
  for (const auto ticket : tickets) answers += stage.rejected(ticket) ? 'r' : stage.accepted(ticket) ? 'a' : '?';
  CHECK(answers == "rrar");
  CHECK(world.events().back().event.sequence == 3);
}

TEST_CASE("what is in memory needs no history") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.submit(add("s", "a"));
  stage.deliver_all();
  const auto loads = stage.loads_asked;
  world.history.fail("the database is away");
  SUBCASE("the stream is cached") {
    const auto ticket = stage.submit(add("s", "b"));
    stage.deliver_all();
    CHECK(stage.accepted(ticket) != nullptr);
    CHECK(stage.loads_asked == loads);
  }
  SUBCASE("the stream is not: nothing is written") {
    const auto ticket = stage.submit(add("t", "b"));
    stage.deliver_all();
    REQUIRE(stage.not_stored(ticket) != nullptr);
    CHECK((stage.not_stored(ticket)->why == NotStored::Why::history_away));
    CHECK(world.events().size() == 1);
  }
}

TEST_CASE("one load serves all that wait, also those that wait for another on their stream") {
  World world;
  Stage stage(world);
  stage.make_ready();
  for (int n = 0; n < 50; ++n) stage.submit(add("s", "w" + std::to_string(n), "key-" + std::to_string(n)));
  stage.settle();
  CHECK(stage.loads_asked == 1);
  CHECK(stage.sends() == 51);
}

TEST_CASE("a history behind my tail's start cannot be decided on") {
  World world;
  WriterSettings settings;
  settings.tail_max_bytes = 2'000;
  Stage stage(world, settings);
  stage.make_ready();
  for (int n = 0; n < 20; ++n) foreign_event(world, added("s", static_cast<std::uint64_t>(n + 1), "w" + std::to_string(n)));
  stage.read();
  SUBCASE("the tail is full: no new commands until the history has caught up") {
    const auto ticket = stage.submit(add("s", "x"));
    REQUIRE(stage.not_stored(ticket) != nullptr);
    CHECK((stage.not_stored(ticket)->why == NotStored::Why::history_behind));
    CHECK(stage.not_stored(ticket)->retry_after_ms > 0);
  }
  world.history_reads();
  stage.writer->on_history_checkpoint(*world.history.checkpoint(kPartition));
  const auto ticket = stage.submit(add("s", "x"));
  stage.deliver_all();
  REQUIRE(stage.accepted(ticket) != nullptr);
  CHECK(stage.accepted(ticket)->version == 21);
}

TEST_CASE("a load that began before the tail was trimmed is still good") {
  World world;
  foreign_event(world, added("s", 1, "a"));
  Stage stage(world);
  world.history_reads(0);
  stage.make_ready();
  stage.withhold_loads = true;
  const auto ticket = stage.submit(add("s", "a"));
  stage.settle();
  REQUIRE(stage.loads.size() == 1);
  auto old = world.history.load(stage.loads.front(), milliseconds(0));   // the snapshot, taken now
  stage.loads.clear();
  world.history_reads();
  stage.writer->on_history_checkpoint(*world.history.checkpoint(kPartition));
  stage.writer->on_loaded(std::move(old));
  stage.withhold_loads = false;
  stage.deliver_all();
  CHECK(stage.rejected(ticket) != nullptr);
}

TEST_CASE("a history of another log is not believed") {
  World world;
  World other;
  foreign_event(other, added("s", 1, "other"));
  other.history_reads();
  foreign_event(world, added("s", 1, "mine"));
  Stage stage(world);
  stage.withhold_loads = true;
  stage.make_ready();
  const auto ticket = stage.submit(add("s", "x"));
  stage.settle();
  stage.writer->on_loaded(other.history.load(stage.loads.front(), milliseconds(0)));
  stage.settle();
  REQUIRE(stage.not_stored(ticket) != nullptr);
  CHECK((stage.not_stored(ticket)->why == NotStored::Why::history_away));
}

TEST_CASE("a history that has read further than I have answers when I have read as far") {
  World world;
  Stage stage(world);
  stage.make_ready();
  foreign_event(world, added("s", 1, "a"));
  world.history_reads();
  const auto ticket = stage.submit(add("s", "b"));
  stage.settle();
  CHECK(stage.loads_asked == 1);
  SUBCASE("then it is decided on what the log says too") {
    CHECK(stage.answer(ticket) == nullptr);
    stage.read();
    stage.deliver_all();
    REQUIRE(stage.accepted(ticket) != nullptr);
    CHECK(stage.accepted(ticket)->version == 2);
    CHECK(stage.loads_asked == 1);
  }
  SUBCASE("if the log never comes so far, nothing is decided") {
    stage.pass(stage.decide_for);
    REQUIRE(stage.not_stored(ticket) != nullptr);
    CHECK((stage.not_stored(ticket)->why == NotStored::Why::history_away));
    CHECK(world.events().size() == 1);
  }
}

TEST_CASE("queues are bounded in number and in bytes") {
  World world;
  WriterSettings settings;
  SUBCASE("number") { settings.queue_max = 3; }
  SUBCASE("bytes") { settings.queue_max_bytes = 350; }
  Stage stage(world, settings);
  stage.make_ready();
  stage.withhold_loads = true;
  std::vector<Ticket> tickets;
  for (const char* word : {"a", "b", "c", "d"}) tickets.push_back(stage.submit(add("s", word)));
  REQUIRE(stage.not_stored(tickets[3]) != nullptr);
  CHECK((stage.not_stored(tickets[3])->why == NotStored::Why::overloaded));
  stage.withhold_loads = false;
  stage.deliver_all();
  for (int n = 0; n < 3; ++n) CHECK(stage.accepted(tickets[static_cast<std::size_t>(n)]) != nullptr);
  const auto later = stage.submit(add("s", "e"));   // what was decided makes room again
  stage.deliver_all();
  CHECK(stage.accepted(later) != nullptr);
}

TEST_CASE("flights are bounded; what is beyond waits for its turn") {
  World world;
  WriterSettings settings;
  settings.flights_max = 2;
  Stage stage(world, settings);
  stage.make_ready();
  std::vector<Ticket> tickets;
  for (const char* word : {"a", "b", "c", "d", "e"}) tickets.push_back(stage.submit(add("s", word)));
  stage.settle();
  CHECK(stage.sends() == 3);
  stage.deliver_all();
  for (const auto ticket : tickets) CHECK(stage.accepted(ticket) != nullptr);
  CHECK(world.events().size() == 5);
}

TEST_CASE("an event whose record is too large is refused, as safely as any rejection") {
  World world;
  WriterSettings settings;
  settings.record_max_bytes = 1'000;
  Stage stage(world, settings);
  stage.make_ready();
  const auto ticket = stage.submit(add("s", std::string(1'000, 'x'), "key"));
  stage.settle();
  CHECK(stage.answer(ticket) == nullptr);   // the same key may be in flight elsewhere
  stage.deliver_all();
  REQUIRE(stage.rejected(ticket) != nullptr);
  CHECK((stage.rejected(ticket)->code == Code::too_large));
  CHECK(world.events().empty());
}

TEST_CASE("a full sender is tried again, and nothing is lost or reordered") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.taken = log::Taken::full;
  const auto first = stage.submit(add("s", "a"));
  const auto second = stage.submit(add("s", "b"));
  stage.settle();
  CHECK(stage.sends() == 1);
  stage.pass(milliseconds(5));
  CHECK(stage.ticks() >= 4);
  CHECK(stage.ticks() <= 6);
  stage.taken = log::Taken::yes;
  stage.pass(milliseconds(5));
  stage.deliver_all();
  REQUIRE(stage.accepted(first) != nullptr);
  CHECK(stage.accepted(first)->version == 1);
  CHECK(stage.accepted(second)->version == 2);
}

TEST_CASE("an event that nobody can read makes its stream unreadable, and no other") {
  World world;
  auto strange = added("s", 1, "x");
  strange.type = "promptledger.words.exploded.v9";
  foreign_event(world, strange);
  world.history_reads();
  Stage stage(world);
  stage.make_ready();
  const auto unreadable = stage.submit(add("s", "a"));
  const auto other = stage.submit(add("t", "a"));
  stage.deliver_all();
  REQUIRE(stage.not_stored(unreadable) != nullptr);
  CHECK((stage.not_stored(unreadable)->why == NotStored::Why::unreadable));
  CHECK(stage.accepted(other) != nullptr);
}

TEST_CASE("a record that counts and is no event at all stops nothing") {
  World world;
  Stage stage(world);
  stage.make_ready();
  log::Record junk{"key", {{"content-type", "image/png"}}, "\x89PNG"};
  log::link(junk, world.truth().head(), "foreigner", 0);
  world.put(junk);
  stage.read();
  const auto ticket = stage.submit(add("s", "a"));
  stage.deliver_all();
  CHECK(stage.accepted(ticket) != nullptr);
}

TEST_CASE("a tag that a foreign event names twice counts once") {
  World world;
  auto event = added("x", 1, "a");
  event.tags = {"word/a", "word/a"};
  Proposal count_tag = add("s", "b");
  count_tag.reads.push_back(of_tag("word/a"));
  std::uint64_t seen_version = 0;
  auto decide = count_tag.decide;
  count_tag.decide = [&, decide](const std::vector<Seen>& seen) {
    seen_version = seen[1].version;
    return decide(seen);
  };
  Stage stage(world);
  stage.make_ready();
  SUBCASE("from the tail") {
    foreign_event(world, event);
    stage.read();
  }
  SUBCASE("while it is cached") {
    stage.submit(claim("s0", "a"));
    stage.settle();
    foreign_event(world, event);
    stage.read();
  }
  SUBCASE("from the history") {
    foreign_event(world, event);
    world.history_reads();
    stage.read();
  }
  stage.submit(std::move(count_tag));
  stage.deliver_all();
  CHECK(seen_version == 1);
}

TEST_CASE("drained: nothing more is taken, and what is under way ends") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto flying = stage.submit(add("s", "a"));
  const auto refused = stage.submit(add("s", "a", "key"));
  stage.settle();
  stage.writer->drain();
  const auto late = stage.submit(add("s", "b"));
  REQUIRE(stage.not_stored(late) != nullptr);
  CHECK((stage.not_stored(late)->why == NotStored::Why::stopping));
  CHECK_FALSE(stage.writer->idle());
  stage.deliver_all();
  CHECK(stage.accepted(flying) != nullptr);
  CHECK(stage.rejected(refused) != nullptr);
  CHECK(stage.writer->idle());
}

TEST_CASE("abandoned: everybody is answered, and nobody is told more than is known") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto flying = stage.submit(add("s", "a", "key"));
  stage.settle();
  const auto twin = stage.submit(add("s", "a", "key"));
  const auto refused = stage.submit(add("s", "a"));
  stage.settle();
  stage.withhold_loads = true;
  const auto waiting = stage.submit(add("t", "b"));
  const auto asked = stage.inquire(inquiry("other"));
  stage.settle();
  stage.writer->abandon(NotStored::Why::stopping, "stopping");
  CHECK(stage.is_open(flying));
  CHECK(stage.is_open(twin));
  CHECK(stage.not_stored(refused) != nullptr);
  CHECK(stage.not_stored(waiting) != nullptr);
  CHECK(stage.is_open(asked));
  CHECK(stage.writer->idle());
}

}  // namespace
}  // namespace ledger::stage
