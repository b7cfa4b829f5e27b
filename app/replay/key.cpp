#include "app/replay/key.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace ledger::app {
namespace {

using Is = Key::Is;

constexpr char kEscape = '\033';

// What follows an escape.
constexpr std::array<std::pair<std::string_view, Is>, 16> kSequences{{{"[A", Is::up},     {"[B", Is::down},    {"[C", Is::right},    {"[D", Is::left},
                                                                     {"OA", Is::up},     {"OB", Is::down},    {"OC", Is::right},    {"OD", Is::left},
                                                                     {"[H", Is::home},   {"[F", Is::end},     {"OH", Is::home},     {"OF", Is::end},
                                                                     {"[1~", Is::home},  {"[4~", Is::end},    {"[5~", Is::page_up}, {"[6~", Is::page_down}}};

std::size_t utf8_length(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
}

Key of(std::string& sent, std::size_t bytes, Is is) {
  Key key{is, is == Is::character ? sent.substr(0, bytes) : std::string()};
  sent.erase(0, bytes);
  return key;
}

// A sequence that we do not know ends with the first letter or ~ behind its introducer.
std::optional<Key> take_sequence(std::string& sent, MoreToCome more) {
  const std::string_view behind = std::string_view(sent).substr(1);
  for (const auto& [sequence, is] : kSequences) {
    if (behind.starts_with(sequence)) return of(sent, 1 + sequence.size(), is);
  }
  const bool introduced = behind.starts_with('[') || behind.starts_with('O');
  if (!introduced && (!behind.empty() || more == MoreToCome::no)) return of(sent, 1, Is::escape);
  if (introduced) {
    const auto is_final = [](char c) { return (c >= '@' && c <= '~'); };
    const auto end = std::find_if(behind.begin() + 1, behind.end(), is_final);
    if (end != behind.end()) return of(sent, 2 + static_cast<std::size_t>(end - behind.begin()), Is::unknown);
    if (more == MoreToCome::no) return of(sent, sent.size(), Is::unknown);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Key> take_key(std::string& sent, MoreToCome more) {
  if (sent.empty()) return std::nullopt;
  const char first = sent.front();
  if (first == kEscape) return take_sequence(sent, more);
  if (first == '\r' || first == '\n') return of(sent, 1, Is::enter);
  if (first == '\b' || first == '\x7F') return of(sent, 1, Is::backspace);
  if (static_cast<unsigned char>(first) < 0x20) return of(sent, 1, Is::unknown);
  const std::size_t length = utf8_length(first);
  if (sent.size() < length && more == MoreToCome::yes) return std::nullopt;
  return of(sent, std::min(length, sent.size()), Is::character);
}

}  // namespace ledger::app
