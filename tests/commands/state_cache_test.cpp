#include "commands/state_cache.hpp"

#include <doctest/doctest.h>

#include "tests/commands/words.hpp"

namespace ledger {
namespace {

using namespace words;

std::string text(const Seen& seen) {
  std::string all;
  for (const auto& word : seen.as<Words>()) all += word;
  return all + ":" + std::to_string(seen.version);
}

std::vector<StateCache::Change> fly(StateCache& cache, const RecordedEvent& event) {
  auto changes = cache.plan(event);
  REQUIRE(changes);
  cache.adopt(*changes, event.data.size());
  return *changes;
}

TEST_CASE("committed is what counts, speculative has the flights on top") {
  StateCache cache(1'000'000);
  CHECK(cache.find(of_stream("s")) == nullptr);
  const auto entry = cache.add(of_stream("s"));
  CHECK(text(entry->committed) == ":0");
  cache.apply(*entry, added("s", 1, "a"));
  const auto first = fly(cache, added("s", 2, "b"));
  const auto second = fly(cache, added("s", 3, "c"));
  CHECK(text(entry->committed) == "a:1");
  CHECK(text(entry->speculative) == "abc:3");
  SUBCASE("the first counts") {
    cache.count(first);
    CHECK(text(entry->committed) == "ab:2");
    CHECK(text(entry->speculative) == "abc:3");
    cache.discard(second);
    CHECK(text(entry->speculative) == "ab:2");
    CHECK(entry->flights == 0);
  }
  SUBCASE("both are void, and another's event counts") {
    cache.discard(first);
    cache.discard(second);
    cache.apply_counted(added("s", 2, "x"));
    CHECK(text(entry->committed) == "ax:2");
    CHECK(text(entry->speculative) == "ax:2");
  }
}

TEST_CASE("planning changes nothing, and says what cannot be applied") {
  StateCache cache(1'000'000);
  const auto entry = cache.add(of_stream("s"));
  REQUIRE(cache.plan(added("s", 1, "a")));
  CHECK(text(entry->speculative) == ":0");
  CHECK_FALSE(cache.plan(added("s", 2, "a")));   // a gap
  auto strange = added("s", 1, "a");
  strange.type = "promptledger.words.exploded.v1";
  CHECK_FALSE(cache.plan(strange));
  CHECK(entry->fault.empty());
}

TEST_CASE("an event reaches every entry that reads it, by stream or by tag, and no other's key") {
  StateCache cache(1'000'000);
  const auto stream = cache.add(of_stream("s"));
  const auto tag = cache.add(of_tag("word/a"));
  const auto other = cache.add(of_tag("word/b"));
  Read elsewhere = of_tag("word/a");
  elsewhere.partition_key = "ws/2";
  const auto foreign = cache.add(elsewhere);
  auto event = added("s", 1, "a");
  event.tags = {"word/a"};
  cache.apply_counted(event);
  CHECK(text(stream->committed) == "a:1");
  CHECK(text(tag->committed) == "a:1");
  CHECK(text(other->committed) == ":0");
  CHECK(text(foreign->committed) == ":0");
}

TEST_CASE("an entry loaded while flights are out gets them on top, and follows their fate") {
  StateCache cache(1'000'000);
  const auto event = added("s", 2, "b");
  auto changes = fly(cache, event);   // nobody reads it yet
  CHECK(changes.empty());
  const auto entry = cache.add(of_stream("s"));
  cache.apply(*entry, added("s", 1, "a"));
  cache.speculate_on(entry, event, changes);
  CHECK(text(entry->speculative) == "ab:2");
  CHECK(text(entry->committed) == "a:1");
  SUBCASE("it counts") {
    cache.count(changes);
    CHECK(text(entry->committed) == "ab:2");
  }
  SUBCASE("it is void") {
    cache.discard(changes);
    CHECK(text(entry->speculative) == "a:1");
  }
  CHECK(entry->flights == 0);
}

TEST_CASE("an entry that cannot take an event says so from then on") {
  StateCache cache(1'000'000);
  const auto entry = cache.add(of_stream("s"));
  cache.apply(*entry, added("s", 2, "gap"));
  CHECK(entry->fault.find("version 2") != std::string::npos);
  cache.apply(*entry, added("s", 1, "a"));
  CHECK(text(entry->committed) == ":0");
}

TEST_CASE("beyond the bound the least recently used go; flights and the present round stay") {
  constexpr std::size_t kFive = 11'000;   // bytes of five entries and no sixth
  StateCache cache(kFive);
  for (int n = 0; n < 6; ++n) cache.add(of_stream("s" + std::to_string(n)));
  cache.shrink();
  CHECK(cache.size() == 6);            // all of the present round
  const auto flying = fly(cache, added("s0", 1, "a"));
  cache.begin_round();
  cache.find(of_stream("s1"));
  for (int n = 6; n < 9; ++n) cache.add(of_stream("s" + std::to_string(n)));
  cache.shrink();
  CHECK(cache.bytes() <= kFive);
  CHECK(cache.find(of_stream("s0")) != nullptr);
  CHECK(cache.find(of_stream("s1")) != nullptr);
  CHECK(cache.find(of_stream("s2")) == nullptr);
  CHECK(cache.find(of_stream("s8")) != nullptr);
  cache.count(flying);
  cache.begin_round();
  StateCache::EntryPtr last;
  for (int n = 10; n < 30; ++n) last = cache.add(of_stream("s" + std::to_string(n)));
  cache.begin_round();
  cache.shrink();
  CHECK(cache.bytes() <= kFive);
  CHECK(cache.find(of_stream("s0")) == nullptr);
  cache.apply_counted(added("s0", 2, "b"));   // nobody reads it any more
  const std::size_t before = cache.bytes();
  cache.add(of_stream("s0"));
  CHECK(cache.bytes() > before);
}

}  // namespace
}  // namespace ledger
