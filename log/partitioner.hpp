#pragma once

#include <cstdint>
#include <string_view>

namespace ledger::log {

// MurmurHash2, 32 bit, as org.apache.kafka.common.utils.Utils.murmur2 defines it (there as a signed number).
std::uint32_t murmur2(std::string_view key);

// The partition of a key: Kafka's own default (murmur2, seed 0x9747b28c, sign bit cleared, modulo the count), so that other clients agree.
// We compute it ourselves and never leave it to a library; the genesis names it.
std::int32_t partition_of(std::string_view key, std::int32_t partition_count);

}  // namespace ledger::log
