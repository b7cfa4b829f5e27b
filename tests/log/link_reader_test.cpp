#include "log/link_reader.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>

#include "tests/log/chain.hpp"

namespace ledger::log::testing {
namespace {

TEST_CASE("what follows the head counts and becomes the head") {
  Feed feed;
  const auto first = genesis();
  const auto second = follow(first.head);
  Record barrier = make_barrier("b", "start");
  const Head third = link(barrier, second.head, "w", 0);
  CHECK(feed(first.record) == "counts");
  CHECK(feed(second.record) == "counts");
  CHECK(feed(barrier) == "counts");
  CHECK((feed.reader.head() == third));
  CHECK((feed.reader.anchor() == Anchor{3, 2, third}));
}

TEST_CASE("of two records on one head the first in the log counts, for every reader") {
  const auto first = genesis();
  const auto mine = follow(first.head, "mine", "w1");
  const auto yours = follow(first.head, "yours", "w2");
  Feed one;
  one(first.record);
  CHECK(one(mine.record) == "counts");
  CHECK(one(yours.record) == "stale_head");
  Feed other;
  other(first.record);
  CHECK(other(yours.record) == "counts");
  CHECK(other(mine.record) == "stale_head");
}

TEST_CASE("void stays void: a copy of a void record does not count when its predecessor comes later") {
  const auto first = genesis();
  const auto second = follow(first.head, "2");
  const auto third = follow(second.head, "3");
  Feed feed;
  feed(first.record);
  CHECK(feed(third.record) == "orphan");
  CHECK(feed(second.record) == "counts");
  CHECK(feed.reader.head().height == 1);
  CHECK(feed(third.record) == "counts");     // another copy: its predecessor is the head now
  CHECK(feed(third.record) == "stale_head"); // and once only
}

TEST_CASE("a record that was read void does not move the head, however many follow it") {
  const auto first = genesis();
  const auto second = follow(first.head, "2");
  Feed feed;
  feed(first.record);
  feed(second.record);
  Head lost = first.head;
  std::string expected = "stale_head";
  for (int n = 0; n < 20; ++n) {
    const auto next = follow(lost, "lost-" + std::to_string(n));
    CHECK(feed(next.record) == expected);
    expected = "on_void";
    lost = next.head;
  }
  CHECK((feed.reader.head() == second.head));
  CHECK((feed.reader.anchor().head_offset == 1));
  CHECK(feed.reader.anchor().next_offset == 22);
}

TEST_CASE("a reader that halts has not moved") {
  const auto first = genesis();
  auto second = follow(first.head, "2");
  Feed feed;
  feed(first.record);
  Record tampered = second.record;
  tampered.value += " ";
  CHECK(feed(tampered).starts_with("halt: "));
  CHECK((feed.reader.head() == first.head));
}

TEST_CASE("whatever single byte of a linked record changes, it never counts") {
  const auto first = genesis();
  const auto second = follow(first.head, "2");
  const auto never_counts = [&](const Record& changed) {
    LinkReader reader(kPartition);
    reader.read({kPartition, 0, 0, first.record});
    reader.read({kPartition, 1, 0, changed});
    return reader.head().height == 0;
  };
  const auto each_byte = [&](auto text_of) {
    Record changed = second.record;
    std::string& text = text_of(changed);
    for (char& byte : text) {
      byte = static_cast<char>(byte ^ 1);
      CHECK(never_counts(changed));
      byte = static_cast<char>(byte ^ 1);
    }
  };
  each_byte([](Record& r) -> std::string& { return r.key; });
  each_byte([](Record& r) -> std::string& { return r.value; });
  for (std::size_t n = 0; n < second.record.headers.size(); ++n) {
    if (second.record.headers[n].first == "traceparent") continue;
    each_byte([&](Record& r) -> std::string& { return r.headers[n].first; });
    each_byte([&](Record& r) -> std::string& { return r.headers[n].second; });
  }
}

TEST_CASE("a reader goes on from an anchor as if it had never stopped") {
  std::deque<Linked> chain{genesis()};
  for (int n = 1; n < 30; ++n) chain.push_back(follow(chain.back().head, std::to_string(n)));
  Feed whole;
  for (const auto& [record, head] : chain) whole(record);
  for (std::size_t cut = 1; cut < chain.size(); ++cut) {
    CAPTURE(cut);
    Feed first;
    for (std::size_t n = 0; n < cut; ++n) first(chain[n].record);
    const Anchor anchor = first.reader.anchor();
    CHECK(LinkReader::matches(anchor.head, chain[static_cast<std::size_t>(anchor.head_offset)].record));
    LinkReader rest(kPartition, anchor);
    CHECK(rest.has_head());
    CHECK_FALSE(rest.genesis());
    for (std::size_t n = cut; n < chain.size(); ++n) REQUIRE(said(rest.read({kPartition, static_cast<Offset>(n), 0, chain[n].record})) == "counts");
    CHECK((rest.anchor() == whole.reader.anchor()));
  }
}

TEST_CASE("a head matches its own record and nothing else") {
  const auto first = genesis();
  const auto second = follow(first.head, "2");
  const auto rival = follow(first.head, "rival");
  CHECK(LinkReader::matches(first.head, first.record));
  CHECK(LinkReader::matches(second.head, second.record));
  CHECK_FALSE(LinkReader::matches(second.head, rival.record));
  CHECK_FALSE(LinkReader::matches(second.head, first.record));
  Record tampered = second.record;
  tampered.value += " ";
  CHECK_FALSE(LinkReader::matches(second.head, tampered));
  Record bare = second.record;
  std::erase_if(bare.headers, [](const Header& header) { return header.first == "ce_prevhash"; });
  CHECK_FALSE(LinkReader::matches(second.head, bare));
}

TEST_CASE("a reader stands on its head and on what was void behind it") {
  const auto first = genesis();
  const auto second = follow(first.head, "2");
  const auto third = follow(second.head, "3");
  const auto stands = [](const Foothold& foothold, const Record& record) { return foothold.holds(Arrival{kPartition, foothold.offset, 0, record}); };
  Feed feed;
  feed(event("noise"));
  CHECK(feed.reader.footholds().empty());
  feed(first.record);
  feed(second.record);
  feed(second.record);
  feed(event("noise"));
  const auto footholds = feed.reader.footholds();
  REQUIRE(footholds.size() == 3);
  CHECK((footholds.front() == Foothold{2, second.head, true, 0}));
  CHECK(stands(footholds[0], second.record));
  CHECK_FALSE(stands(footholds[0], first.record));
  for (const std::size_t n : {1U, 2U}) {
    CHECK((footholds[n] == Foothold{static_cast<Offset>(2 + n), second.head, false, 0}));
    CHECK(stands(footholds[n], second.record));
    CHECK(stands(footholds[n], event("other noise")));
    CHECK_FALSE(stands(footholds[n], third.record));
    CHECK(footholds[n].why_not().find("offset " + std::to_string(2 + n)) != std::string::npos);
  }
  for (const auto& foothold : footholds) {
    CHECK_FALSE(foothold.holds(std::nullopt));
    CHECK_FALSE(foothold.holds(Arrival{kPartition, 9, 0, second.record}));
  }
  for (int n = 0; n < 100; ++n) feed(second.record);
  CHECK(feed.reader.footholds().size() == 65);
  CHECK(feed.reader.footholds().back().offset == 104);
  feed(third.record);
  CHECK(feed.reader.footholds().size() == 1);
}

TEST_CASE("a copy of the head that has come to stand in its place is not the head, as far as the log stamps what it takes") {
  const auto first = genesis();
  for (const std::int64_t stamp : {0, 1'000}) {
    LinkReader reader(kPartition);
    reader.read({kPartition, 0, stamp, first.record});
    const auto head = reader.footholds().front();
    CHECK(head.holds(Arrival{kPartition, 0, stamp, first.record}));
    CHECK(head.holds(Arrival{kPartition, 0, stamp + 1, first.record}) == (stamp == 0));
    const auto anchored = LinkReader(kPartition, reader.anchor()).footholds().front();
    CHECK(anchored.holds(Arrival{kPartition, 0, stamp + 1, first.record}));   // an anchor knows no stamp
  }
}

TEST_CASE("memory for classes is bounded, and forgetting changes no verdict that matters") {
  Feed feed;
  const auto first = genesis();
  feed(first.record);
  Head head = first.head;
  for (int n = 0; n < 5'000; ++n) {
    const auto next = follow(head, "e");
    REQUIRE(feed(next.record) == "counts");
    head = next.head;
  }
  const auto old = follow(first.head, "late");
  CHECK(feed(old.record) == "orphan");     // its head was forgotten: told as an orphan, void all the same
  const auto recent = follow(head, "recent");
  REQUIRE(feed(recent.record) == "counts");
  CHECK(feed(recent.record) == "stale_head");
  CHECK(feed.reader.head().height == 5'001);
}

}  // namespace
}  // namespace ledger::log::testing
