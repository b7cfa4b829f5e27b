#include "commands/tail.hpp"

#include <doctest/doctest.h>

#include "tests/commands/words.hpp"

namespace ledger {
namespace {

using namespace words;

log::Head at(std::uint64_t height) { return {.hash = {static_cast<std::uint8_t>(height)}, .height = height, .recorded_us = 0}; }

std::string seen(const Tail& tail, const Read& read, std::uint64_t from) {
  std::string text;
  tail.each(read, from, [&](const RecordedEvent& event) { text += word_of(event); });
  return text;
}

TEST_CASE("a tail finds events by stream, by tag, by key and by height") {
  Tail tail(1'000'000);
  CHECK(tail.empty());
  CHECK(tail.at(0) == nullptr);
  tail.push(at(5), std::nullopt, 10);
  tail.push(at(6), added("s", 1, "a", "key"), 10);
  auto tagged = added("t", 1, "b");
  tagged.tags = {"word/b"};
  tail.push(at(7), tagged, 10);
  tail.push(at(8), added("s", 2, "c"), 10);
  CHECK(tail.first_height() == 5);
  CHECK(seen(tail, of_stream("s"), 0) == "ac");
  CHECK(seen(tail, of_stream("s"), 6) == "ac");
  CHECK(seen(tail, of_stream("s"), 7) == "c");
  CHECK(seen(tail, of_tag("word/b"), 0) == "b");
  CHECK(seen(tail, of_tag("words/s"), 0) == "");
  CHECK(tail.by_command("key")->head.height == 6);
  CHECK(tail.by_command("") == nullptr);
  CHECK(tail.at(7)->head == at(7));
  CHECK(tail.at(9) == nullptr);
  CHECK(tail.at(4) == nullptr);
}

TEST_CASE("another partition key's events are not seen, though a tag has the same name") {
  Tail tail(1'000'000);
  auto foreign = added("s", 1, "x");
  foreign.partition_key = "ws/2";
  foreign.tags = {"word/x"};
  tail.push(at(0), foreign, 10);
  CHECK(seen(tail, of_stream("s"), 0) == "");
  CHECK(seen(tail, of_tag("word/x"), 0) == "");
}

TEST_CASE("trimmed, a tail forgets what the history has, and keeps its end") {
  Tail tail(1'000'000);
  for (std::uint64_t height = 0; height < 10; ++height) tail.push(at(height), added("s", height + 1, std::to_string(height), "key" + std::to_string(height)), 10);
  tail.trim_through(6);
  CHECK(tail.first_height() == 7);
  CHECK(seen(tail, of_stream("s"), 0) == "789");
  CHECK(tail.by_command("key6") == nullptr);
  CHECK(tail.by_command("key7") != nullptr);
  tail.trim_through(100);
  CHECK(tail.first_height() == 9);
  CHECK(tail.at(9) != nullptr);
}

TEST_CASE("a tail is full at its bound, and lets the oldest go at twice that") {
  Tail tail(10'000);
  std::uint64_t height = 0;
  const auto push = [&](std::size_t bytes) {
    tail.push(at(height), added("s", height + 1, "x"), bytes);
    ++height;
  };
  while (!tail.full()) push(600);
  CHECK(tail.first_height() == 0);
  for (int n = 0; n < 100; ++n) push(600);
  CHECK(tail.bytes() <= 20'000);
  CHECK(tail.first_height() > 0);
  CHECK(tail.at(height - 1) != nullptr);
  tail.push(at(height), std::nullopt, 50'000);   // greater than any bound: it alone is left
  CHECK(tail.first_height() == height);
  tail.trim_through(height);
  CHECK_FALSE(tail.empty());
}

}  // namespace
}  // namespace ledger
