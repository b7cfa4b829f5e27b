#include "domain/json_path/location.hpp"

#include <string_view>

#include "domain/result.hpp"

namespace ledger::json_path {
namespace {

void add_quoted(std::string& path, std::string_view name) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::string_view kEscaped = "\b\t\n\f\r'\\", kAs = "btnfr'\\";
  path += '\'';
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (const std::size_t escape = kEscaped.find(c); escape != std::string_view::npos) {
      path += '\\';
      path += kAs[escape];
    } else if (byte < 0x20) {
      path.append("\\u00") += kDigits[byte >> 4U];
      path += kDigits[byte & 15U];
    } else {
      path += c;
    }
  }
  path += '\'';
}

void add_token(std::string& pointer, std::string_view name) {
  for (const char c : name) {
    if (c == '~') pointer += "~0";
    else if (c == '/') pointer += "~1";
    else pointer += c;
  }
}

}  // namespace

std::string normalized_path(const Location& location) {
  std::string path = "$";
  for (const auto& step : location) {
    path += '[';
    std::visit(Overloaded{[&](const std::string& name) { add_quoted(path, name); }, [&](std::size_t index) { path += std::to_string(index); }}, step);
    path += ']';
  }
  return path;
}

std::string json_pointer(const Location& location) {
  std::string pointer;
  for (const auto& step : location) {
    pointer += '/';
    std::visit(Overloaded{[&](const std::string& name) { add_token(pointer, name); }, [&](std::size_t index) { pointer += std::to_string(index); }}, step);
  }
  return pointer;
}

}  // namespace ledger::json_path
