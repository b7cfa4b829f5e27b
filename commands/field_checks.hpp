#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/rejection.hpp"

namespace ledger {

// Of more than these only the number is told: a body of nothing but errors must not make a larger answer.
inline constexpr std::size_t kFieldErrors = 100;

// Collects everything that is wrong with a command's fields, so that the caller learns all of it at once.
class FieldChecks {
 public:
  enum class Controls : std::uint8_t {
    line_breaks,  // of the control characters only tab and line breaks: names, tags, one-line texts
    any,          // all but U+0000: templates
  };

  void add(std::string field, std::string detail);
  // UTF-8 without U+0000, between the bounds in code points.
  void text(const std::string& field, std::string_view value, std::size_t least, std::size_t most,
            Controls controls = Controls::line_breaks);
  // UTF-8 without U+0000; its size is checked elsewhere.
  void text_of_any_size(const std::string& field, std::string_view value, Controls controls);
  // 1 to `most` of a-z, 0-9, '_', '.' and '-'.
  void word(const std::string& field, std::string_view value, std::size_t most);
  void count(const std::string& field, std::size_t value, std::size_t most, std::string_view what);

  // Takes over what another one collected.
  void add(const FieldChecks& other);

  bool passed() const { return errors_.empty(); }
  // `invalid` with all of them; nothing when all passed.
  std::optional<Rejection> rejection() const;

 private:
  std::vector<FieldError> errors_;
  std::size_t found_ = 0;
};

// tags[3]
std::string at_index(std::string_view field, std::size_t index);

}  // namespace ledger
