#include "log/record.hpp"

namespace ledger::log {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<std::int8_t, 256> kValues = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  return values;
}();

}  // namespace

std::optional<std::string_view> Record::header(std::string_view name) const {
  for (const auto& [key_, value_] : headers) {
    if (key_ == name) return value_;
  }
  return std::nullopt;
}

std::size_t Record::bytes() const {
  std::size_t sum = key.size() + value.size();
  for (const auto& [name, text] : headers) sum += name.size() + text.size();
  return sum;
}

std::string to_text(const Hash& hash) {
  std::string text;
  text.reserve(43);
  std::uint32_t bits = 0;
  int held = 0;
  for (const std::uint8_t byte : hash) {
    bits = (bits << 8U) | byte;
    held += 8;
    while (held >= 6) {
      held -= 6;
      text.push_back(kAlphabet[(bits >> static_cast<unsigned>(held)) & 63U]);
    }
  }
  text.push_back(kAlphabet[(bits << static_cast<unsigned>(6 - held)) & 63U]);
  return text;
}

std::optional<Hash> parse_hash(std::string_view text) {
  if (text.size() != 43) return std::nullopt;
  Hash hash{};
  std::uint32_t bits = 0;
  unsigned held = 0;
  std::size_t at = 0;
  for (const char c : text) {
    const auto value = kValues[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    bits = (bits << 6U) | static_cast<std::uint32_t>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      hash[at++] = static_cast<std::uint8_t>(bits >> held);
    }
  }
  // One text per hash: the two bits that stand over must be zero.
  if ((bits & 3U) != 0) return std::nullopt;
  return hash;
}

}  // namespace ledger::log
