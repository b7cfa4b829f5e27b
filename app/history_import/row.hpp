#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "domain/result.hpp"
#include "domain/time.hpp"

namespace ledger::app {

// One change of a prompt history, as a line of the file says it.
struct HistoryRow {
  enum class Op : std::uint8_t { created, changed, removed };
  Op op = Op::created;
  std::string name;
  std::string text;                // empty when removed
  std::string type;
  std::string for_devs;
  Timestamp at{};
  std::string by;
  std::string revision;
};

// Reads one line of NDJSON. The sentence says what is wrong with it.
Result<HistoryRow, std::string> parse_history_row(std::string_view line);

}  // namespace ledger::app
