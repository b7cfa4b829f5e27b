#include "http/reading/position_token.hpp"

#include <algorithm>
#include <charconv>

#include "commands/topics.hpp"
#include "infra/crypto/encoding.hpp"

namespace ledger::http {
namespace {

constexpr std::string_view kFormat = "1.";
constexpr std::size_t kMaxLength = 8 * 1024;

std::string_view short_name(std::string_view topic, std::string_view prefix) {
  for (const LogTopic known : kLogTopics) {
    if (topic == topic_name(prefix, known)) return to_text(known);
  }
  return topic;
}

std::optional<std::string> full_name(std::string_view name, std::string_view prefix) {
  for (const LogTopic known : kLogTopics) {
    if (name == to_text(known)) return topic_name(prefix, known);
  }
  return std::nullopt;
}

// A decimal number as we write it: no sign, no leading zeros.
template <class Number>
std::optional<Number> plain_number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || std::to_string(value) != text || text.starts_with('-')) return std::nullopt;
  return value;
}

std::optional<log::Position> parse_one(std::string_view text, std::string_view prefix) {
  const auto slash = text.find('/');
  const auto at = text.find('@');
  if (slash == std::string_view::npos || at == std::string_view::npos || at < slash) return std::nullopt;
  auto topic = full_name(text.substr(0, slash), prefix);
  const auto partition = plain_number<std::int32_t>(text.substr(slash + 1, at - slash - 1));
  const auto height = plain_number<std::uint64_t>(text.substr(at + 1));
  if (!topic || !partition || !height) return std::nullopt;
  return log::Position{{*std::move(topic), *partition}, *height};
}

}  // namespace

std::string in_words(const log::Position& position, std::string_view topic_prefix) {
  return std::string(short_name(position.partition.topic, topic_prefix)) + "/" + std::to_string(position.partition.number) + "@" +
         std::to_string(position.height);
}

std::string to_position_token(std::span<const log::Position> positions, std::string_view topic_prefix) {
  std::vector<log::Position> sorted(positions.begin(), positions.end());
  std::ranges::sort(sorted);
  std::string list;
  for (const auto& position : sorted) list.append(list.empty() ? "" : ",").append(in_words(position, topic_prefix));
  return std::string(kFormat) + crypto::to_base64url(list);
}

std::optional<std::vector<log::Position>> parse_position_token(std::string_view token, std::string_view topic_prefix) {
  if (token.size() > kMaxLength || !token.starts_with(kFormat)) return std::nullopt;
  const auto list = crypto::from_base64url(token.substr(kFormat.size()));
  if (!list) return std::nullopt;
  std::vector<log::Position> positions;
  for (std::string_view rest = *list;;) {
    const auto comma = rest.find(',');
    auto position = parse_one(rest.substr(0, comma), topic_prefix);
    const bool in_order = position && (positions.empty() || positions.back().partition < position->partition);
    if (!in_order) return std::nullopt;
    positions.push_back(*std::move(position));
    if (comma == std::string_view::npos) return positions;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace ledger::http
