#pragma once

#include <chrono>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

// PostgreSQL's binary form of values: big-endian numbers, timestamps in microseconds since 2000-01-01.
namespace ledger::pg {

using Time = std::chrono::sys_time<std::chrono::microseconds>;

// Type numbers (pg_type.oid), fixed for ever by PostgreSQL.
namespace oid {
inline constexpr std::uint32_t kBool = 16, kBytea = 17, kInt8 = 20, kInt4 = 23, kText = 25, kJson = 114, kJsonb = 3802,
                               kTimestamptz = 1184;
inline constexpr std::uint32_t kTextArray = 1009, kInt8Array = 1016, kInt4Array = 1007, kByteaArray = 1001,
                               kBoolArray = 1000, kTimestamptzArray = 1185;
}  // namespace oid

namespace wire {

inline constexpr std::chrono::microseconds kEpoch2000{946'684'800'000'000};

template <class Unsigned>
void put(std::string& out, Unsigned value) {
  char bytes[sizeof value];
  for (std::size_t i = 0; i < sizeof value; ++i)
    bytes[i] = static_cast<char>((value >> (8 * (sizeof value - 1 - i))) & 0xff);
  out.append(bytes, sizeof bytes);
}
inline void put_i16(std::string& out, std::int16_t value) { put(out, static_cast<std::uint16_t>(value)); }
inline void put_i32(std::string& out, std::int32_t value) { put(out, static_cast<std::uint32_t>(value)); }
inline void put_i64(std::string& out, std::int64_t value) { put(out, static_cast<std::uint64_t>(value)); }
inline void put_time(std::string& out, Time value) { put_i64(out, (value.time_since_epoch() - kEpoch2000).count()); }

template <class Unsigned>
Unsigned take(const char* at) {
  Unsigned value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i)
    value = static_cast<Unsigned>((value << 8) | static_cast<unsigned char>(at[i]));
  return value;
}
inline std::int16_t take_i16(const char* at) { return static_cast<std::int16_t>(take<std::uint16_t>(at)); }
inline std::int32_t take_i32(const char* at) { return static_cast<std::int32_t>(take<std::uint32_t>(at)); }
inline std::int64_t take_i64(const char* at) { return static_cast<std::int64_t>(take<std::uint64_t>(at)); }
inline Time take_time(const char* at) { return Time{std::chrono::microseconds{take_i64(at)} + kEpoch2000}; }

}  // namespace wire
}  // namespace ledger::pg
