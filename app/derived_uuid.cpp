#include "app/derived_uuid.hpp"

#include <algorithm>
#include <chrono>

#include "infra/crypto/digest.hpp"
#include "infra/crypto/encoding.hpp"

namespace ledger::app {

std::string derived_uuid(Timestamp at, std::string_view key) {
  const auto ms = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count());
  const auto digest = crypto::sha256(key);
  std::string bytes(16, '\0');
  for (std::size_t i = 0; i < 6; ++i) bytes[i] = static_cast<char>(ms >> (40 - 8 * i));
  std::copy_n(digest.begin(), 10, bytes.begin() + 6);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x70);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  auto text = crypto::to_hex(bytes);
  for (const std::size_t at_dash : {8U, 13U, 18U, 23U}) text.insert(at_dash, 1, '-');
  return text;
}

}  // namespace ledger::app
