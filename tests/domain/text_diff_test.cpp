#include <doctest/doctest.h>

#include <random>
#include <string>

#include "domain/prompt/text_diff.hpp"

namespace ledger::prompt {
namespace {

using Op = WordRun::Op;

// What the runs say that either text was.
std::string without(const std::vector<WordRun>& runs, Op left_out) {
  std::string text;
  for (const auto& run : runs) {
    if (run.op != left_out) text += run.text;
  }
  return text;
}

TEST_CASE("word diffs keep words and characters whole") {
  CHECK(word_diff("same", "same") == std::vector<WordRun>{{Op::equal, "same"}});
  CHECK(word_diff("", "").empty());
  CHECK(word_diff("Hello {{who}}", "Hi {{who}}!") == std::vector<WordRun>{{Op::removed, "Hello"}, {Op::added, "Hi"}, {Op::equal, " {{who}}"}, {Op::added, "!"}});
  CHECK(word_diff("grün", "grüne") == std::vector<WordRun>{{Op::removed, "grün"}, {Op::added, "grüne"}});
}

TEST_CASE("unified diffs are those of diff -u without its two head lines") {
  CHECK(unified_diff("a\nb\n", "a\nb\n").empty());
  CHECK(unified_diff("", "a\n") == "@@ -0,0 +1 @@\n+a\n");
  CHECK(unified_diff("a\n", "") == "@@ -1 +0,0 @@\n-a\n");
  CHECK(unified_diff("a", "a\n") == "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
  CHECK(unified_diff("1\n2\n3\n4\n5\n6\n7\n8\n", "1\n2\n3\n4\nfive\n6\n7\n8\n") == "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST_CASE("changes far apart are hunks of their own, near ones share one") {
  std::string from, near, far;
  for (int i = 0; i < 30; ++i) {
    const auto line = std::to_string(i) + "\n";
    from += line;
    near += i == 10 || i == 16 ? "x" + line : line;
    far += i == 5 || i == 20 ? "x" + line : line;
  }
  const auto hunks = [](const std::string& diff) {
    int count = 0;
    for (auto at = diff.find("@@ -"); at != std::string::npos; at = diff.find("@@ -", at + 1)) ++count;
    return count;
  };
  CHECK(hunks(unified_diff(from, near)) == 1);
  CHECK(hunks(unified_diff(from, far)) == 2);
}

TEST_CASE("the runs of a word diff are both texts again, whatever they are") {
  std::mt19937 random{7};   // the same every time
  const auto text = [&] {
    std::string out;
    for (int n = static_cast<int>(random() % 40); n > 0; --n) out += std::string(1, static_cast<char>('a' + random() % 3)) + (random() % 3 == 0 ? "\n" : " ");
    return out;
  };
  for (int round = 0; round < 300; ++round) {
    const auto from = text();
    const auto to = text();
    const auto runs = word_diff(from, to);
    REQUIRE(without(runs, Op::added) == from);
    REQUIRE(without(runs, Op::removed) == to);
  }
}

TEST_CASE("texts too different to compare are replaced as a whole, in no time") {
  std::string from, to;
  for (int i = 0; i < 200'000; ++i) {
    from += "a" + std::to_string(i) + " ";
    to += "b" + std::to_string(i) + " ";
  }
  const auto runs = word_diff("same " + from + "end", "same " + to + "end");
  CHECK(without(runs, Op::added) == "same " + from + "end");
  CHECK(runs.size() == 4);
  CHECK(runs.front() == WordRun{Op::equal, "same "});
}

}  // namespace
}  // namespace ledger::prompt
