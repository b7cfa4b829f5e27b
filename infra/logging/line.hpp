#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "domain/time.hpp"
#include "infra/config/settings.hpp"

namespace ledger::logging {

using Level = config::LogLevel;
using Format = config::LogFormat;

// What a field says. Texts are only looked at during the call that logs them.
class Value {
 public:
  Value(std::string_view text) : value_{text} {}
  Value(const char* text) : value_{std::string_view{text}} {}
  Value(const std::string& text) : value_{std::string_view{text}} {}
  Value(bool truth) : value_{truth} {}
  Value(double number) : value_{number} {}
  Value(std::signed_integral auto number) : value_{std::int64_t{number}} {}
  Value(std::unsigned_integral auto number) : value_{std::uint64_t{number}} {}

  using Kinds = std::variant<std::string_view, bool, double, std::int64_t, std::uint64_t>;
  const Kinds& kinds() const { return value_; }

 private:
  Kinds value_;
};

struct Field {
  std::string_view key;          // snake_case, with the unit: duration_us
  Value value;
};

struct Line {
  Timestamp time;
  Level level;
  std::string_view message;
  std::string_view request_id;   // empty outside a request
  std::span<const Field> fields;
};

// One line without its line break: no text in it can end the line or forge a field, bytes that are no UTF-8 are replaced, and secrets
// that can be told by their form are hidden.
//   text: 2026-01-01T00:00:00.000000Z warn  partition halted topic=promptledger.log.prompts partition=3
//   json: {"time":"2026-01-01T00:00:00.000000Z","level":"warn","message":"partition halted","topic":"promptledger.log.prompts","partition":3}
std::string render(const Line& line, Format format);

}  // namespace ledger::logging
