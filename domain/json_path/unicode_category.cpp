#include "domain/json_path/unicode_category.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace ledger::json_path {
namespace {

// Where runs of characters of one category begin: the first character, times 32, and the category's number in kNames.
constexpr std::uint32_t kRuns[] = {
#include "domain/json_path/unicode_runs.inc"
};
constexpr unsigned kCategoryBits = 5;

constexpr std::array<std::string_view, 30> kNames{"Cc", "Cf", "Cn", "Co", "Cs", "Ll", "Lm", "Lo", "Lt", "Lu", "Mc", "Me", "Mn", "Nd", "Nl",
                                                  "No", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Sc", "Sk", "Sm", "So", "Zl", "Zp", "Zs"};

}  // namespace

std::optional<std::uint32_t> unicode_categories(std::string_view name) {
  std::uint32_t bits = 0;
  for (std::size_t number = 0; number < kNames.size(); ++number) {
    const bool meant = name == kNames[number] ? name != "Cs" : name.size() == 1 && name == kNames[number].substr(0, 1);
    if (meant) bits |= 1U << number;
  }
  return bits == 0 ? std::nullopt : std::optional(bits);
}

std::uint32_t unicode_category(char32_t character) {
  const auto behind = std::upper_bound(std::begin(kRuns), std::end(kRuns), (static_cast<std::uint32_t>(character) << kCategoryBits) | ((1U << kCategoryBits) - 1));
  return 1U << (*std::prev(behind) & ((1U << kCategoryBits) - 1));
}

}  // namespace ledger::json_path
