#include "log/record.hpp"

#include <doctest/doctest.h>

#include <random>

namespace ledger::log {
namespace {

TEST_CASE("a header is found by its exact name, the first of several") {
  const Record record{"", {{"a", "1"}, {"b", ""}, {"a", "2"}}, ""};
  CHECK(record.header("a") == "1");
  CHECK(record.header("b") == "");
  CHECK_FALSE(record.header("A"));
  CHECK_FALSE(record.header(""));
}

TEST_CASE("a record's bytes are those of its key, its headers and its value") {
  CHECK(Record{}.bytes() == 0);
  CHECK(Record{"key", {{"name", "text"}, {"n", ""}}, "value"}.bytes() == 3 + 4 + 4 + 1 + 5);
}

TEST_CASE("every hash survives its text, and no other text means the same") {
  std::mt19937_64 random(20'260'102);
  for (int run = 0; run < 200; ++run) {
    Hash hash{};
    for (auto& byte : hash) byte = static_cast<std::uint8_t>(random());
    std::string text = to_text(hash);
    REQUIRE(text.size() == 43);
    REQUIRE((parse_hash(text) == hash));
    // Each of the 64 characters in one place: none but the right one gives this hash.
    const std::size_t place = random() % text.size();
    const char right = text[place];
    for (int c = 0; c < 256; ++c) {
      text[place] = static_cast<char>(c);
      const auto parsed = parse_hash(text);
      CHECK((parsed && *parsed == hash) == (text[place] == right));
    }
  }
}

TEST_CASE("positions are ordered by partition, then height") {
  const Position low{{"a", 1}, 9};
  CHECK((low < Position{{"a", 1}, 10}));
  CHECK((low < Position{{"a", 2}, 0}));
  CHECK((low < Position{{"b", 0}, 0}));
}

}  // namespace
}  // namespace ledger::log
