#include "domain/prompt/template.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "domain/result.hpp"
#include "domain/utf8.hpp"

namespace ledger::prompt {
namespace {

constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_name(char c) { return begins_name(c) || (c >= '0' && c <= '9') || c == '.' || c == '-'; }

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

BraceError error_at(std::string_view text, std::size_t offset, std::string problem) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {.line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')),
          .column = 1 + code_points(before.substr(line_start)),
          .offset = offset,
          .problem = std::move(problem)};
}

// A pair of braces at the front of `rest`: what it refers to, or what is wrong with it; and how much of the text it
// takes.
struct Braces {
  std::string_view name;
  std::string problem;
  std::size_t length = 0;
};

Braces read_braces(std::string_view rest) {
  // Looking no further than the next opening braces keeps a text of nothing but braces linear.
  const std::size_t nested = rest.find(kOpen, kOpen.size());
  const std::size_t close = rest.substr(0, nested).find(kClose, kOpen.size());
  // Whatever comes next could still be well-formed, so only the opening braces are taken as text.
  if (close == std::string_view::npos) {
    const bool again = nested != std::string_view::npos;
    return {{}, again ? "{{ is opened again before it is closed by }}" : "{{ is never closed by }}", kOpen.size()};
  }
  const std::string_view name = trimmed(rest.substr(kOpen.size(), close - kOpen.size()));
  const std::size_t length = close + kClose.size();
  if (name.empty()) return {{}, "{{ }} has no name in it", length};
  if (!is_variable_name(name)) {
    return {{}, "the name in {{ }} must begin with a letter or _ and go on with letters, digits and _ . -", length};
  }
  return {name, {}, length};
}

template <class Visit>
void each_template(const Body& body, Visit visit) {
  std::visit(Overloaded{
                 [&](const Text& text) { visit(text.text); },
                 [&](const Chat& chat) {
                   for (const auto& item : chat.messages) {
                     if (const auto* message = std::get_if<Message>(&item)) visit(message->content);
                   }
                 },
             },
             body);
}

}  // namespace

std::string to_text(const BraceError& error) {
  return "line " + std::to_string(error.line) + ", column " + std::to_string(error.column) + ": " + error.problem;
}

bool is_variable_name(std::string_view name) {
  return !name.empty() && begins_name(name.front()) && std::all_of(name.begin(), name.end(), continues_name);
}

Parsed parse_template(std::string_view text, Syntax syntax) {
  Parsed out;
  std::size_t literal = 0;  // where the text begins that is not yet a piece
  std::size_t at = text.find(kOpen);
  while (at != std::string_view::npos) {
    const Braces braces = read_braces(text.substr(at));
    if (braces.problem.empty()) {
      if (at > literal) out.pieces.push_back(Literal{text.substr(literal, at - literal)});
      out.pieces.push_back(Reference{braces.name});
      literal = at + braces.length;
    } else if (syntax == Syntax::strict && out.errors.size() < kBraceErrors) {
      out.errors.push_back(error_at(text, at, braces.problem));
    }
    at = text.find(kOpen, at + braces.length);
  }
  if (literal < text.size()) out.pieces.push_back(Literal{text.substr(literal)});
  return out;
}

std::vector<std::string> variable_names(const Body& body, Syntax syntax) {
  std::vector<std::string> names;
  std::unordered_set<std::string_view> seen;
  each_template(body, [&](std::string_view text) {
    for (const auto& piece : parse_template(text, syntax).pieces) {
      const auto* reference = std::get_if<Reference>(&piece);
      if (reference && seen.insert(reference->name).second) names.emplace_back(reference->name);
    }
  });
  return names;
}

std::vector<std::string> placeholder_names(const Body& body) {
  std::vector<std::string> names;
  std::unordered_set<std::string_view> seen;
  const auto* chat = std::get_if<Chat>(&body);
  if (!chat) return names;
  for (const auto& item : chat->messages) {
    const auto* placeholder = std::get_if<Placeholder>(&item);
    if (placeholder && seen.insert(placeholder->name).second) names.push_back(placeholder->name);
  }
  return names;
}

}  // namespace ledger::prompt
