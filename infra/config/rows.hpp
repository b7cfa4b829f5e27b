#pragma once

#include <algorithm>
#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "infra/config/redact.hpp"
#include "infra/config/table.hpp"

// The kinds of rows that table.cpp is made of: each says how its text is read, checked and shown.
namespace ledger::config {

// Where in Settings a row's value lives.
template <class Value>
auto at(Value Settings::*member) {
  return [member](auto& settings) -> auto& { return settings.*member; };
}
template <class Part, class Value>
auto at(Part Settings::*part, Value Part::*member) {
  return [part, member](auto& settings) -> auto& { return settings.*part.*member; };
}

struct Range {
  long least;
  long most;
};

enum class May : bool { be_empty, not_be_empty };

inline std::optional<long> whole_number(std::string_view text, Range range) {
  long number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc{} || end != text.data() + text.size() || number < range.least || number > range.most) return std::nullopt;
  return number;
}

template <class Field>
Setting number(Section section, std::string name, std::string value_name, const std::string& what, Range range, Field field, std::string help) {
  using Value = std::remove_cvref_t<decltype(field(std::declval<Settings&>()))>;
  Setting row{.name = std::move(name), .section = section, .shape = Shape::number, .value_name = std::move(value_name), .help = std::move(help)};
  row.expects = "a whole number" + what + " from " + std::to_string(range.least) + " to " + std::to_string(range.most);
  row.set = [field, range](Settings& settings, std::string_view text) {
    const auto read = whole_number(text, range);
    if (read) field(settings) = static_cast<Value>(*read);
    return read.has_value();
  };
  row.show = [field](const Settings& settings) {
    if constexpr (std::integral<Value>) return std::to_string(field(settings));
    else return std::to_string(field(settings).count());
  };
  return row;
}

template <class Field>
Setting count(Section section, std::string name, Range range, Field field, std::string help) {
  return number(section, std::move(name), "N", "", range, field, std::move(help));
}
template <class Field>
Setting bytes(Section section, std::string name, Range range, Field field, std::string help) {
  return number(section, std::move(name), "BYTES", " of bytes", range, field, std::move(help));
}
template <class Field>
Setting duration(Section section, std::string name, Range range, Field field, std::string help) {
  return number(section, std::move(name), "MS", " of milliseconds", range, field, std::move(help));
}

template <class Field>
Setting text(Section section, std::string name, std::string value_name, Field field, std::string help, May may = May::not_be_empty) {
  Setting row{.name = std::move(name), .section = section, .value_name = std::move(value_name), .expects = "a text", .help = std::move(help)};
  if (may == May::not_be_empty) row.expects += " that is not empty";
  row.set = [field, may](Settings& settings, std::string_view given) {
    const bool good = may == May::be_empty || !given.empty();
    if (good) field(settings) = given;
    return good;
  };
  row.show = [field](const Settings& settings) { return field(settings); };
  return row;
}

// A text that is empty or passes the check.
template <class Field>
Setting checked_text(Section section, std::string name, std::string value_name, std::string expects, bool (*is_good)(std::string_view), Field field, std::string help) {
  Setting row = text(section, std::move(name), std::move(value_name), field, std::move(help), May::be_empty);
  row.expects = std::move(expects);
  row.set = [field, is_good](Settings& settings, std::string_view given) {
    const bool good = given.empty() || is_good(given);
    if (good) field(settings) = given;
    return good;
  };
  return row;
}

// Fit for the name of a member in a group of the log's.
inline bool is_node_name(std::string_view text) {
  constexpr std::size_t kLongest = 200;
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'; };
  return !text.empty() && text.size() <= kLongest && std::ranges::all_of(text, fits);
}
template <class Field>
Setting node_name(Section section, std::string name, Field field, std::string help) {
  return checked_text(section, std::move(name), "NAME", "1 to 200 letters, digits, dots, dashes and underscores", is_node_name, field, std::move(help));
}

inline bool is_host_port(std::string_view text) {
  const auto colon = text.rfind(':');
  return colon != std::string_view::npos && colon > 0 && whole_number(text.substr(colon + 1), {1, 65'535}).has_value() &&
         std::ranges::none_of(text, [](char c) { return c <= ' ' || c == '/' || c == ','; });
}
template <class Field>
Setting host_port(Section section, std::string name, Field field, std::string help) {
  return checked_text(section, std::move(name), "HOST:PORT", "a host, a colon and a port from 1 to 65535", is_host_port, field, std::move(help));
}

// A URL may hold a password, so it is never shown as it is.
template <class Field>
Setting url(Section section, std::string name, std::string value_name, Field field, std::string help) {
  Setting row = text(section, std::move(name), std::move(value_name), field, std::move(help));
  row.secret = true;
  row.expects = "a URL that begins with postgresql://";
  row.set = [field](Settings& settings, std::string_view given) {
    const bool good = given.starts_with("postgresql://") || given.starts_with("postgres://");
    if (good) field(settings) = given;
    return good;
  };
  row.show = [field](const Settings& settings) { return redact(field(settings)); };
  return row;
}

template <class Value, class Field>
Setting one_of(Section section, std::string name, std::vector<std::pair<std::string, Value>> choices, Field field, std::string help) {
  Setting row{.name = std::move(name), .section = section, .expects = "one of", .help = std::move(help)};
  for (const auto& [word, value] : choices) {
    row.value_name += (row.value_name.empty() ? "" : "|") + word;
    row.expects += (row.expects == "one of" ? " " : ", ") + word;
  }
  row.set = [field, choices](Settings& settings, std::string_view given) {
    const auto chosen = std::ranges::find(choices, given, &std::pair<std::string, Value>::first);
    if (chosen != choices.end()) field(settings) = chosen->second;
    return chosen != choices.end();
  };
  row.show = [field, choices](const Settings& settings) {
    return std::ranges::find(choices, field(settings), &std::pair<std::string, Value>::second)->first;
  };
  return row;
}

template <class Field>
Setting choice(Section section, std::string name, const std::vector<std::string>& words, Field field, std::string help) {
  std::vector<std::pair<std::string, std::string>> choices;
  for (const auto& word : words) choices.emplace_back(word, word);
  return one_of<std::string>(section, std::move(name), std::move(choices), field, std::move(help));
}

// NAME=VALUE pairs, each adding to those before. Values may be passwords: only the names are shown.
template <class Field>
Setting pairs(Section section, std::string name, Field field, std::string help) {
  Setting row{.name = std::move(name), .section = section, .shape = Shape::pairs, .value_name = "NAME=VALUE", .help = std::move(help), .secret = true};
  row.expects = "NAME=VALUE";
  row.set = [field](Settings& settings, std::string_view given) {
    const auto equals = given.find('=');
    const bool good = equals != std::string_view::npos && equals > 0;
    if (good) field(settings).emplace_back(given.substr(0, equals), given.substr(equals + 1));
    return good;
  };
  row.show = [field](const Settings& settings) {
    std::string shown;
    for (const auto& [key, value] : field(settings)) shown += (shown.empty() ? "" : "; ") + key + "=***";
    return shown;
  };
  return row;
}

}  // namespace ledger::config
