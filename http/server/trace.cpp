#include "http/server/trace.hpp"

#include <algorithm>

#include "http/reading/text.hpp"
#include "infra/crypto/uuid.hpp"

namespace ledger::http {
namespace {

constexpr std::size_t kMaxRequestId = 128;

bool is_lower_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) { return text.find_first_not_of('0') == std::string_view::npos; }

}  // namespace

std::string request_id_of(std::optional<std::string_view> given) {
  if (given && !given->empty() && given->size() <= kMaxRequestId && is_printable_ascii(*given)) return std::string(*given);
  return crypto::new_uuid();
}

// version "-" trace id "-" parent id "-" flags; later versions may add more behind a dash, which is not for us.
std::string traceparent_of(std::optional<std::string_view> given) {
  constexpr std::size_t kLength = 55;
  if (!given || given->size() != kLength) return {};
  const std::string_view text = *given;
  const std::string_view version = text.substr(0, 2), trace = text.substr(3, 32), parent = text.substr(36, 16), flags = text.substr(53, 2);
  const bool dashes = text[2] == '-' && text[35] == '-' && text[52] == '-';
  if (!dashes || version == "ff" || !is_lower_hex(version) || !is_lower_hex(trace) || !is_lower_hex(parent) || !is_lower_hex(flags)) return {};
  if (is_zero(trace) || is_zero(parent)) return {};
  return std::string(text);
}

}  // namespace ledger::http
