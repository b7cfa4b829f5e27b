#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace ledger::crypto {

// Makes UUIDs of version 7 (RFC 9562, method 1: milliseconds, then a 12-bit counter, then 62 random bits). Every id is greater than all that
// this generator made before, on whatever thread; when the counter of a millisecond is used up, or the clock steps back, the time in
// the id runs ahead of the clock. Any thread.
class UuidV7 {
 public:
  std::string next();
  // The same with the clock given, for tests.
  std::string next(std::chrono::milliseconds since_epoch);

 private:
  std::atomic<std::uint64_t> last_{0};  // milliseconds << 12 | counter
};

// From the one generator of the process.
std::string new_uuid();

// A UUID of version 8 (RFC 9562, 5.8: the bits are the application's) of the first 128 bits of a digest: the same for the same digest.
std::string uuid_of(const std::array<std::uint8_t, 32>& digest);

// A UUID of version 7 whose random bits are the first 74 of a digest that are free: the same for the same time and digest.
std::string uuid_of(std::chrono::milliseconds since_epoch, const std::array<std::uint8_t, 32>& digest);

// True for 8-4-4-4-12 lower-case hexadecimal digits, of whatever version.
bool is_uuid(std::string_view text);

}  // namespace ledger::crypto
