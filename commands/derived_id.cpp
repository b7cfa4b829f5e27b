#include "commands/derived_id.hpp"

#include <cstddef>
#include <cstdint>

#include "log/sha256.hpp"

namespace ledger {

std::string derived_id(std::string_view use, std::initializer_list<std::string_view> parts) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::size_t kBytes = 16;
  log::Sha256 sha;
  sha.lp("promptledger/id/1").lp(use);
  for (const auto part : parts) sha.lp(part);
  const log::Hash hash = sha.finish();
  std::string text;
  for (std::size_t at = 0; at < kBytes; ++at) {
    auto byte = static_cast<std::uint8_t>(hash[at]);
    if (at == 6) byte = static_cast<std::uint8_t>((byte & 0x0f) | 0x80);  // the version
    if (at == 8) byte = static_cast<std::uint8_t>((byte & 0x3f) | 0x80);  // the variant
    if (at == 4 || at == 6 || at == 8 || at == 10) text += '-';
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace ledger
