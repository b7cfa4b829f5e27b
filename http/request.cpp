#include "http/request.hpp"

#include <algorithm>
#include <stdexcept>

#include "http/reading/json_reader.hpp"
#include "http/reading/text.hpp"
#include "infra/crypto/uuid.hpp"

namespace ledger::http {

const std::string& Request::parameter(std::string_view name) const {
  for (const auto& [known, value] : parameters) {
    if (known == name) return value;
  }
  throw std::logic_error(route + " has no path parameter " + std::string(name));
}

Result<std::string, Problem> Request::id(std::string_view name) const {
  std::string text = parameter(name);
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + ('a' - 'A')) : c; });
  if (crypto::is_uuid(text)) return text;
  return tl::unexpected(problem(Code::not_found, "\"" + parameter(name) + "\" is no id (a UUID), so there is nothing by that name."));
}

Result<std::uint64_t, Problem> Request::number(std::string_view name) const {
  const auto value = to_integer(parameter(name));
  if (value && *value > 0) return static_cast<std::uint64_t>(*value);
  return tl::unexpected(problem(Code::not_found, "\"" + parameter(name) + "\" is not a number from 1, so there is nothing by that name."));
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  for (const auto& [known, value] : headers) {
    if (equal_ignoring_case(known, name)) return std::string_view(value);
  }
  return std::nullopt;
}

Result<std::optional<std::uint64_t>, Problem> Request::if_match() const {
  const auto given = header("If-Match");
  if (!given || *given == "*") return std::nullopt;
  std::string_view text = *given;
  const bool quoted = text.size() >= 2 && text.starts_with('"') && text.ends_with('"');
  const auto value = quoted ? to_integer(text.substr(1, text.size() - 2)) : std::nullopt;
  if (value && *value >= 0) return static_cast<std::uint64_t>(*value);
  return tl::unexpected(problem(Code::malformed_request, "If-Match must be the ETag of an earlier answer: one version in double quotes, like \"7\"."));
}

Result<std::optional<std::string>, Problem> Request::idempotency_key() const {
  constexpr std::size_t kMaxLength = 255;
  const auto given = header("Idempotency-Key");
  if (!given) return std::nullopt;
  if (!given->empty() && given->size() <= kMaxLength && is_printable_ascii(*given)) return std::string(*given);
  return tl::unexpected(problem(Code::malformed_request, "Idempotency-Key must be 1 to 255 printable ASCII characters without spaces."));
}

const JsonDocument& Request::body() const {
  if (!json) throw std::logic_error(route + " has no body");
  return *json;
}

const JsonDocument& Request::body_or_empty() const {
  static const JsonDocument kEmpty(nlohmann::json::object());
  return json ? *json : kEmpty;
}

std::chrono::milliseconds Request::time_left() const {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return std::max(left, std::chrono::milliseconds(0));
}

}  // namespace ledger::http
