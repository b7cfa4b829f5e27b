#include "http/reading/query.hpp"

#include <algorithm>

#include "domain/percent.hpp"
#include "domain/utf8.hpp"
#include "http/reading/text.hpp"

namespace ledger::http {
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
  std::string plain(text);
  if (plus_is_space) std::ranges::replace(plain, '+', ' ');
  auto out = percent_decode(plain);
  if (!out || out->find('\0') != std::string::npos || !is_utf8(*out)) return std::nullopt;
  return out;
}

std::optional<QueryParameters> parse_query(std::string_view text) {
  QueryParameters parameters;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    auto name = percent_decoded(part.substr(0, equals), true);
    auto value = percent_decoded(equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1), true);
    if (!name || !value) return std::nullopt;
    parameters.emplace_back(std::move(*name), std::move(*value));
  }
  return parameters;
}

Query::Query(const QueryParameters& parameters) : parameters_(parameters), asked_(parameters.size(), false) {}

void Query::refuse(std::string_view name, std::string detail) { errors_.push_back({std::string("?").append(name), std::move(detail)}); }

std::vector<std::string> Query::texts(std::string_view name) {
  std::vector<std::string> values;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i].first != name) continue;
    asked_[i] = true;
    values.push_back(parameters_[i].second);
  }
  return values;
}

std::optional<std::string> Query::text(std::string_view name) {
  auto values = texts(name);
  if (values.empty()) return std::nullopt;
  if (values.size() > 1) {
    refuse(name, "may come only once");
    return std::nullopt;
  }
  return std::move(values.front());
}

std::optional<std::int64_t> Query::integer(std::string_view name, std::int64_t min, std::int64_t max) {
  const auto given = text(name);
  if (!given) return std::nullopt;
  const auto value = to_integer(*given);
  if (value && *value >= min && *value <= max) return value;
  refuse(name, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  return std::nullopt;
}

std::optional<bool> Query::boolean(std::string_view name) {
  const auto given = text(name);
  if (!given) return std::nullopt;
  if (*given == "true") return true;
  if (*given == "false") return false;
  refuse(name, "must be true or false");
  return std::nullopt;
}

std::optional<Timestamp> Query::time(std::string_view name) {
  const auto given = text(name);
  if (!given) return std::nullopt;
  const auto value = parse_rfc3339(*given);
  if (!value) refuse(name, "must be a time like 2026-01-31T12:00:00Z (RFC 3339; a + is written %2B)");
  return value;
}

std::vector<std::pair<std::string, std::string>> Query::prefixed(std::string_view prefix) {
  std::vector<std::pair<std::string, std::string>> found;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const auto& [name, value] = parameters_[i];
    if (!name.starts_with(prefix) || name.size() == prefix.size()) continue;
    asked_[i] = true;
    found.emplace_back(name.substr(prefix.size()), value);
  }
  return found;
}

std::vector<std::pair<std::string, std::string>> Query::others() {
  std::vector<std::pair<std::string, std::string>> found;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (asked_[i]) continue;
    asked_[i] = true;
    found.push_back(parameters_[i]);
  }
  return found;
}

Page Query::page() {
  Page page;
  page.limit = integer("limit", 1, kMaxLimit).value_or(kDefaultLimit);
  page.cursor = text("cursor");
  return page;
}

Result<void, Problem> Query::done() {
  for (const auto& [name, value] : others()) refuse(name, "is not a parameter of this request");
  if (errors_.empty()) return {};
  Problem result = problem(Code::invalid, errors_.front().field + " " + errors_.front().detail + ".");
  if (errors_.size() > 1) result.detail = std::to_string(errors_.size()) + " parameters are not valid: see errors.";
  result.errors = std::move(errors_);
  return tl::unexpected(std::move(result));
}

}  // namespace ledger::http
