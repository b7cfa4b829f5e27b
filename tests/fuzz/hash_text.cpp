#include <algorithm>

#include "infra/crypto/encoding.hpp"
#include "log/record.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {

// The input is a hash as text, base64url of anything, and the bytes of a hash.
void hash_text(std::string_view input) {
  if (const auto hash = log::parse_hash(input)) expect(log::to_text(*hash) == input, "a hash has one text");
  if (const auto bytes = crypto::from_base64url(input)) {
    expect(crypto::to_base64url(*bytes) == input, "bytes have one text in base64url");
    expect((bytes->size() == 32) == log::parse_hash(input).has_value(), "both readers of base64url agree");
  }
  if (const auto bytes = crypto::from_base64(input))
    expect(crypto::to_base64(*bytes) == input, "bytes have one text in base64");

  log::Hash hash{};
  std::copy_n(input.begin(), std::min(input.size(), hash.size()), hash.begin());
  expect(log::parse_hash(log::to_text(hash)) == hash, "a hash survives its text");
  expect(crypto::from_base64url(crypto::to_base64url(input)) == input, "bytes survive base64url");
  expect(crypto::from_base64(crypto::to_base64(input)) == input, "bytes survive base64");
}

}  // namespace ledger::fuzz
