#include "projections/storable.hpp"

#include "domain/utf8.hpp"

namespace ledger::projections {

bool is_storable(std::string_view text) { return text.find('\0') == std::string_view::npos && is_utf8(text); }

bool is_indexable(std::string_view text) { return text.size() <= kIndexableBytes && is_storable(text); }

std::string made_storable(std::string_view text) {
  constexpr std::size_t kLongest = 2'000;
  if (text.size() <= kLongest && is_storable(text)) return std::string{text};
  std::string out{text.substr(0, kLongest)};
  for (char& c : out) {
    if (c == '\0' || static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  return out;
}

}  // namespace ledger::projections
