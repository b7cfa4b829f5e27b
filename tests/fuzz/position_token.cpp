#include "http/reading/position_token.hpp"

#include "infra/crypto/encoding.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {
namespace {

void only_as_written(std::string_view token) {
  const auto positions = http::parse_position_token(token, "promptledger");
  if (!positions) return;
  expect(!positions->empty(), "a token names a position");
  expect(http::to_position_token(*positions, "promptledger") == token, "positions have one token");
}

}  // namespace

// The input is a token, and what stands in one.
void position_token(std::string_view input) {
  only_as_written(input);
  only_as_written("1." + crypto::to_base64url(input));
}

}  // namespace ledger::fuzz
