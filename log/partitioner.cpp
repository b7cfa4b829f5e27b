#include "log/partitioner.hpp"

namespace ledger::log {

std::uint32_t murmur2(std::string_view key) {
  constexpr std::uint32_t kMix = 0x5bd1e995U;
  const auto byte = [&](std::size_t at) { return static_cast<std::uint32_t>(static_cast<unsigned char>(key[at])); };
  std::uint32_t hash = 0x9747b28cU ^ static_cast<std::uint32_t>(key.size());
  std::size_t at = 0;
  for (; at + 4 <= key.size(); at += 4) {
    std::uint32_t word = byte(at) | (byte(at + 1) << 8U) | (byte(at + 2) << 16U) | (byte(at + 3) << 24U);
    word *= kMix;
    word ^= word >> 24U;
    word *= kMix;
    hash *= kMix;
    hash ^= word;
  }
  if (at < key.size()) {
    for (std::size_t left = key.size() - at; left > 0; --left) hash ^= byte(at + left - 1) << (8U * (left - 1));
    hash *= kMix;
  }
  hash ^= hash >> 13U;
  hash *= kMix;
  hash ^= hash >> 15U;
  return hash;
}

std::int32_t partition_of(std::string_view key, std::int32_t partition_count) {
  return static_cast<std::int32_t>((murmur2(key) & 0x7fffffffU) % static_cast<std::uint32_t>(partition_count));
}

}  // namespace ledger::log
