#include "http/reading/cursor.hpp"

#include <functional>

#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {

// The input is a cursor that somebody sends, and what a handler puts into one: a scope, and behind the first line break
// a payload.
void cursor(std::string_view input) {
  static const http::Cursors cursors("a secret");
  expect(!cursors.read("list_prompts", input), "nobody makes up a cursor");

  std::string_view payload = input;
  const std::string scope(take_until(payload, '\n'));
  const std::string sent = cursors.make(scope, payload);
  const auto back = cursors.read(scope, sent);
  expect(back && *back == payload, "a payload survives its cursor");
  expect(!cursors.read(scope + "2", sent), "another list refuses it");
  expect(!http::Cursors("another secret").read(scope, sent), "another ledger refuses it");

  // One letter changed anywhere, the place chosen by the input.
  std::string tampered = sent;
  char& letter = tampered[std::hash<std::string_view>{}(input) % tampered.size()];
  letter = letter == 'A' ? 'B' : 'A';
  expect(!cursors.read(scope, tampered), "a changed cursor is refused");
}

}  // namespace ledger::fuzz
