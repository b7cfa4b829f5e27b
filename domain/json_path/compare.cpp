#include "domain/json_path/compare.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <utility>

#include "domain/json.hpp"

namespace ledger::json_path {
namespace {

using nlohmann::json;

std::partial_ordering order(const json& left, const json& right) {
  if (left.is_number_float() || right.is_number_float()) return left.get<double>() <=> right.get<double>();
  const auto integers = [](auto a, auto b) {
    return std::cmp_less(a, b) ? std::partial_ordering::less : std::cmp_less(b, a) ? std::partial_ordering::greater : std::partial_ordering::equivalent;
  };
  const bool left_unsigned = left.is_number_unsigned(), right_unsigned = right.is_number_unsigned();
  if (left_unsigned && right_unsigned) return integers(left.get<std::uint64_t>(), right.get<std::uint64_t>());
  if (left_unsigned) return integers(left.get<std::uint64_t>(), right.get<std::int64_t>());
  if (right_unsigned) return integers(left.get<std::int64_t>(), right.get<std::uint64_t>());
  return integers(left.get<std::int64_t>(), right.get<std::int64_t>());
}

bool spend(std::size_t& steps, std::size_t count) {
  if (count >= steps) {
    steps = 0;
    return false;
  }
  steps -= count;
  return true;
}

}  // namespace

bool is_equal(const json& left, const json& right, std::size_t& steps) {
  if (!spend(steps, 1)) return false;
  if (left.is_number() && right.is_number()) return order(left, right) == std::partial_ordering::equivalent;
  if (left.type() != right.type()) return false;
  if (left.is_string()) {
    constexpr std::size_t kBytesAStep = 64;
    const auto& text = left.get_ref<const std::string&>();
    return spend(steps, text.size() / kBytesAStep) && text == right.get_ref<const std::string&>();
  }
  if (!left.is_structured()) return left == right;
  if (left.size() != right.size()) return false;
  if (left.is_array()) {
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (!is_equal(left[i], right[i], steps)) return false;
    }
    return true;
  }
  // Members are sorted by name.
  for (auto a = left.begin(), b = right.begin(); a != left.end(); ++a, ++b) {
    if (a.key() != b.key() || !is_equal(*a, *b, steps)) return false;
  }
  return true;
}

bool is_less(const json& left, const json& right) {
  if (left.is_number() && right.is_number()) return order(left, right) == std::partial_ordering::less;
  return left.is_string() && right.is_string() && left.get_ref<const std::string&>() < right.get_ref<const std::string&>();
}

}  // namespace ledger::json_path
