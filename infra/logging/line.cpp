#include "infra/logging/line.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "domain/json.hpp"
#include "domain/result.hpp"
#include "infra/config/redact.hpp"

namespace ledger::logging {
namespace {

std::string_view word(Level level) {
  switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warn: return "warn";
    case Level::error: return "error";
  }
  return {};
}

bool printable(char c) { return c >= ' ' && c <= '~'; }
bool needs_no_escape(char c) { return printable(c) && c != '"' && c != '\\'; }
bool needs_no_quotes(char c) { return needs_no_escape(c) && c != ' ' && c != '='; }

void append_quoted(std::string& to, std::string_view text) {
  if (std::ranges::all_of(text, needs_no_escape)) {
    (to += '"').append(text) += '"';
  } else {
    to += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
}

void append_number(std::string& to, auto number) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  to.append(digits, end);
}

void append(std::string& to, const Value& value, Format format) {
  std::visit(Overloaded{
                 [&](std::string_view text) {
                   const std::string shown = config::redact(text);
                   const bool bare = format == Format::text && !shown.empty() && std::ranges::all_of(shown, needs_no_quotes);
                   if (bare) to += shown;
                   else append_quoted(to, shown);
                 },
                 [&](bool truth) { to += truth ? "true" : "false"; },
                 [&](double number) {
                   if (std::isfinite(number)) append_number(to, number);
                   else to += "null";   // JSON has no other word for it
                 },
                 [&](std::int64_t number) { append_number(to, number); },
                 [&](std::uint64_t number) { append_number(to, number); },
             },
             value.kinds());
}

std::string render_text(const Line& line) {
  constexpr std::size_t kWidest = 5;   // of the levels
  std::string out = to_rfc3339(line.time);
  (out += ' ').append(word(line.level)).append(kWidest + 1 - word(line.level).size(), ' ');
  const std::string message = config::redact(line.message);
  if (std::ranges::all_of(message, printable)) out += message;
  else append_quoted(out, message);
  const auto field = [&](std::string_view key, const Value& value) {
    (out += ' ').append(key) += '=';
    append(out, value, Format::text);
  };
  for (const Field& each : line.fields) field(each.key, each.value);
  if (!line.request_id.empty()) field("request_id", line.request_id);
  return out;
}

std::string render_json(const Line& line) {
  std::string out;
  const auto field = [&](std::string_view key, const Value& value) {
    out += out.empty() ? '{' : ',';
    append_quoted(out, key);
    out += ':';
    append(out, value, Format::json);
  };
  field("time", to_rfc3339(line.time));
  field("level", word(line.level));
  field("message", line.message);
  for (const Field& each : line.fields) field(each.key, each.value);
  if (!line.request_id.empty()) field("request_id", line.request_id);
  return out += '}';
}

}  // namespace

std::string render(const Line& line, Format format) {
  switch (format) {
    case Format::text: return render_text(line);
    case Format::json: return render_json(line);
  }
  return {};
}

}  // namespace ledger::logging
