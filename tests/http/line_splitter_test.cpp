#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "http/batch/line_splitter.hpp"

namespace ledger::http {
namespace {

// `text`, or `!` for one that was too long, behind its number.
std::vector<std::string> taken(LineSplitter& splitter) {
  std::vector<std::string> lines;
  while (const auto line = splitter.next()) lines.push_back(std::to_string(line->number) + ":" + (line->too_long ? "!" : std::string(line->text)));
  return lines;
}

using Lines = std::vector<std::string>;

TEST_CASE("lines come when they have their end, the last one when there is no more to come") {
  LineSplitter splitter(10);
  splitter.feed("one\ntw");
  CHECK(taken(splitter) == Lines{"1:one"});
  splitter.feed("o\r\nthree");
  CHECK(taken(splitter) == Lines{"2:two\r"});
  CHECK(splitter.next_number() == 3);
  splitter.finish();
  CHECK(taken(splitter) == Lines{"3:three"});
  CHECK(taken(splitter).empty());
}

TEST_CASE("blank lines count, and are passed over") {
  LineSplitter splitter(10);
  splitter.feed("\n \t\r\na\n\n");
  splitter.finish();
  CHECK(taken(splitter) == Lines{"3:a"});
  CHECK(splitter.next_number() == 5);
}

TEST_CASE("a line that is too long is told at its end, is not kept, and harms none beside it") {
  LineSplitter splitter(4);
  splitter.feed("four\nfive5\n");
  CHECK(taken(splitter) == Lines{"1:four", "2:!"});
  for (int n = 0; n < 1'000; ++n) {
    splitter.feed("xxxxxxxxxx");
    CHECK(taken(splitter).empty());
  }
  splitter.feed("\nnext\n    \n     \n12345");
  CHECK(taken(splitter) == Lines{"3:!", "4:next", "6:!"});
  splitter.finish();
  CHECK(taken(splitter) == Lines{"7:!"});
}

TEST_CASE("nothing at all holds no line") {
  LineSplitter splitter(4);
  splitter.finish();
  CHECK(taken(splitter).empty());
  CHECK(splitter.next_number() == 1);
}

}  // namespace
}  // namespace ledger::http
