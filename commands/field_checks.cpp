#include "commands/field_checks.hpp"

#include <algorithm>
#include <utility>

#include "domain/utf8.hpp"

namespace ledger {
namespace {

bool is_forbidden_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

bool is_word_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-'; }

std::string bounds_sentence(std::size_t least, std::size_t most, std::size_t given) {
  const std::string range =
      least == 0 ? "at most " + std::to_string(most) : std::to_string(least) + " to " + std::to_string(most);
  return "must have " + range + " characters, not " + std::to_string(given);
}

}  // namespace

void FieldChecks::add(std::string field, std::string detail) {
  ++found_;
  if (errors_.size() < kFieldErrors) errors_.push_back({std::move(field), std::move(detail)});
}

void FieldChecks::add(const FieldChecks& other) {
  for (const auto& error : other.errors_) add(error.field, error.detail);
  found_ += other.found_ - other.errors_.size();
}

void FieldChecks::text_of_any_size(const std::string& field, std::string_view value, Controls controls) {
  if (!is_utf8(value)) {
    add(field, "must be valid UTF-8");
  } else if (value.find('\0') != std::string_view::npos) {
    add(field, "must not contain the character U+0000");
  } else if (controls == Controls::line_breaks && std::any_of(value.begin(), value.end(), is_forbidden_control)) {
    add(field, "must not contain control characters other than tab and line breaks");
  }
}

void FieldChecks::text(const std::string& field, std::string_view value, std::size_t least, std::size_t most,
                       Controls controls) {
  text_of_any_size(field, value, controls);
  const std::size_t characters = code_points(value);
  if (characters < least || characters > most) add(field, bounds_sentence(least, most, characters));
}

void FieldChecks::word(const std::string& field, std::string_view value, std::size_t most) {
  if (value.empty() || value.size() > most || !std::all_of(value.begin(), value.end(), is_word_character))
    add(field, "must be 1 to " + std::to_string(most) + " of the characters a-z, 0-9, _, . and -");
}

void FieldChecks::count(const std::string& field, std::size_t value, std::size_t most, std::string_view what) {
  if (value > most)
    add(field,
        "at most " + std::to_string(most) + " " + std::string{what} + " are allowed, not " + std::to_string(value));
}

std::optional<Rejection> FieldChecks::rejection() const {
  if (passed()) return std::nullopt;
  std::string detail = errors_.front().field + ": " + errors_.front().detail;
  if (found_ > 1) detail = std::to_string(found_) + " things are wrong, the first is " + detail;
  return Rejection{Code::invalid, std::move(detail), errors_};
}

std::string at_index(std::string_view field, std::size_t index) {
  return std::string{field} + "[" + std::to_string(index) + "]";
}

}  // namespace ledger
