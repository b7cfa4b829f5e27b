#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "domain/json.hpp"
#include "domain/time.hpp"

// How codecs write and read the members that may say nothing: an empty text, an empty list and an absent value are not written. What reads throws what
// nlohmann throws, or std::invalid_argument. For the codec files of the domain only: includes domain/json.hpp.
namespace ledger {

inline void put(nlohmann::json& out, const char* member, const std::string& text) {
  if (!text.empty()) out[member] = text;
}
inline void put(nlohmann::json& out, const char* member, const std::vector<std::string>& texts) {
  if (!texts.empty()) out[member] = texts;
}
inline void put(nlohmann::json& out, const char* member, const std::optional<Timestamp>& time) {
  if (time) out[member] = to_rfc3339(*time);
}
template <class T>
void put(nlohmann::json& out, const char* member, const std::optional<T>& value) {
  if (value) out[member] = *value;
}

template <class T>
std::optional<T> find(const nlohmann::json& in, const char* member) {
  const auto found = in.find(member);
  return found == in.end() ? std::nullopt : std::optional<T>{found->template get<T>()};
}
inline std::string text(const nlohmann::json& in, const char* member) { return find<std::string>(in, member).value_or(""); }
inline std::vector<std::string> texts(const nlohmann::json& in, const char* member) {
  return find<std::vector<std::string>>(in, member).value_or(std::vector<std::string>{});
}

inline Timestamp time_from_json(const nlohmann::json& in) {
  const auto time = parse_rfc3339(in.get_ref<const std::string&>());
  if (!time) throw std::invalid_argument{"not a time"};
  return *time;
}
inline std::optional<Timestamp> find_time(const nlohmann::json& in, const char* member) {
  const auto found = in.find(member);
  return found == in.end() ? std::nullopt : std::optional{time_from_json(*found)};
}

// The one of an enumeration's values that a word stands for, by its parse function.
template <class Choice>
Choice choice_from_json(const nlohmann::json& in, std::optional<Choice> (*parse)(std::string_view)) {
  const auto choice = parse(in.get_ref<const std::string&>());
  if (!choice) throw std::invalid_argument{"unknown word " + in.dump()};
  return *choice;
}

}  // namespace ledger
