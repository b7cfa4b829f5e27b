#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "log/record.hpp"

namespace ledger::log {

// One SHA-256 computation, fed with the canonical form's building blocks: numbers big-endian, texts behind their length.
// A thread makes one at a time, and finishes it before it begins the next.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  Sha256& bytes(std::string_view data);
  Sha256& bytes(const Hash& data);
  Sha256& u32(std::uint32_t number);
  Sha256& u64(std::uint64_t number);
  Sha256& lp(std::string_view text);   // u32 length, then the bytes

  Hash finish();

 private:
  void* context_;                      // of this thread's, lent for the computation
};

}  // namespace ledger::log
