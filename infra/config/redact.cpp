#include "infra/config/redact.hpp"

#include <algorithm>
#include <cctype>

namespace ledger::config {
namespace {

constexpr std::string_view kHidden = "***";
constexpr std::string_view kEndsUrl = " \t\r\n\"'<>";
constexpr std::string_view kEndsWord = " \t\r\n\"'<>&;,";
constexpr std::string_view kApiKey = "plk_";

bool same_letter(char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b)); }

std::size_t find_ignoring_case(std::string_view text, std::string_view word, std::size_t from) {
  const auto found = std::search(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), word.begin(), word.end(), same_letter);
  return found == text.end() ? std::string::npos : static_cast<std::size_t>(found - text.begin());
}

// Not the grammar of RFC 3986: a password with an unescaped '/' or '@' in it must be hidden too, so all up to the last '@' counts.
void hide_in_urls(std::string& text) {
  for (std::size_t at = text.find("://"); at != std::string::npos; at = text.find("://", at)) {
    at += 3;
    const std::size_t end = std::min(text.find_first_of(kEndsUrl, at), text.size());
    const std::size_t sign = text.substr(0, end).rfind('@');
    const std::size_t colon = text.find(':', at);
    if (sign == std::string::npos || sign < at || colon >= sign) continue;
    text.replace(colon + 1, sign - colon - 1, kHidden);
    at = colon + 1 + kHidden.size();
  }
}

void hide_after(std::string& text, std::string_view word) {
  for (std::size_t at = find_ignoring_case(text, word, 0); at != std::string::npos; at = find_ignoring_case(text, word, at)) {
    at += word.size();
    const std::size_t end = std::min(text.find_first_of(kEndsWord, at), text.size());
    text.replace(at, end - at, kHidden);
    at += kHidden.size();
  }
}

}  // namespace

std::string redact(std::string_view text) {
  std::string shown{text};
  hide_in_urls(shown);
  hide_after(shown, "password=");
  hide_after(shown, kApiKey);
  return shown;
}

}  // namespace ledger::config
