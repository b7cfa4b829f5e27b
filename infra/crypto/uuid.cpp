#include "infra/crypto/uuid.hpp"

#include <algorithm>
#include <cstring>

#include "infra/crypto/random.hpp"

namespace ledger::crypto {
namespace {

constexpr std::uint64_t kVariant = 0x8000'0000'0000'0000;   // RFC 9562's, in front of the last 62 bits

// Random bits come from OpenSSL some hundreds at a time: a call costs as much as all the rest of making an id.
std::uint64_t random_bits() {
  constexpr std::size_t kWords = 64;
  thread_local std::string pool;
  if (pool.size() < sizeof(std::uint64_t)) pool = random_bytes(kWords * sizeof(std::uint64_t));
  std::uint64_t bits = 0;
  std::memcpy(&bits, pool.data() + pool.size() - sizeof bits, sizeof bits);
  pool.resize(pool.size() - sizeof bits);
  return bits;
}

std::string text_of(std::uint64_t high, std::uint64_t low) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(36, '-');
  std::size_t at = 0;
  for (const std::uint64_t half : {high, low}) {
    for (int shift = 60; shift >= 0; shift -= 4) {
      if (at == 8 || at == 13 || at == 18 || at == 23) ++at;
      text[at++] = kDigits[(half >> shift) & 15];
    }
  }
  return text;
}

std::uint64_t word(const std::array<std::uint8_t, 32>& digest, std::size_t from) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < sizeof bits; ++i) bits = bits << 8 | digest[from + i];
  return bits;
}

}  // namespace

std::string UuidV7::next() {
  return next(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()));
}

std::string UuidV7::next(std::chrono::milliseconds since_epoch) {
  // The counter of a new millisecond begins in the lower half, so that at least 2,048 ids fit into it.
  const std::uint64_t fresh = static_cast<std::uint64_t>(since_epoch.count()) << 12 | (random_bits() & 0x7ff);
  std::uint64_t last = last_.load(std::memory_order_relaxed);
  std::uint64_t mine = 0;
  do {
    mine = std::max(fresh, last + 1);
  } while (!last_.compare_exchange_weak(last, mine, std::memory_order_relaxed));
  const std::uint64_t high = (mine >> 12) << 16 | 0x7000 | (mine & 0xfff);
  const std::uint64_t low = (random_bits() >> 2) | kVariant;
  return text_of(high, low);
}

std::string new_uuid() {
  static UuidV7 generator;
  return generator.next();
}

std::string uuid_of(const std::array<std::uint8_t, 32>& digest) {
  const std::uint64_t high = (word(digest, 0) & ~std::uint64_t{0xf000}) | 0x8000;
  const std::uint64_t low = (word(digest, 8) >> 2) | kVariant;
  return text_of(high, low);
}

std::string uuid_of(std::chrono::milliseconds since_epoch, const std::array<std::uint8_t, 32>& digest) {
  const std::uint64_t high = static_cast<std::uint64_t>(since_epoch.count()) << 16 | 0x7000 | (word(digest, 0) >> 48 & 0xfff);
  const std::uint64_t low = (word(digest, 2) << 2 >> 2) | kVariant;
  return text_of(high, low);
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

}  // namespace ledger::crypto
