#include "app/replay/show.hpp"

#include <cstdlib>
#include <sstream>

#include "domain/dump/lines.hpp"
#include "domain/json.hpp"
#include "domain/json_text.hpp"
#include "domain/replay/stream_kind.hpp"
#include "domain/time.hpp"
#include "domain/utf8.hpp"

namespace ledger::app {
namespace {

using nlohmann::json;
using Tone = Line::Tone;

std::string cut(std::string text, Values values) {
  const std::size_t characters = code_points(text);
  if (values == Values::whole || characters <= kValueCharacters) return text;
  std::string_view rest = text;
  for (std::size_t i = 0; i < kValueCharacters; ++i) take_code_point(rest);
  text.resize(text.size() - rest.size());
  return text + "… (" + std::to_string(characters) + " characters)";
}

// An object that comes or goes as its members, so that each has a line of its own.
void add_value(std::vector<Line>& lines, Tone tone, const std::string& path, const json& value, Values values) {
  if (value.is_object() && !value.empty()) {
    for (auto member = value.begin(); member != value.end(); ++member) add_value(lines, tone, path + "/" + member.key(), *member, values);
    return;
  }
  const std::string sign = tone == Tone::added ? "  + " : "  - ";
  lines.push_back({tone, printable(sign + path + ": " + cut(value.dump(), values))});
}

std::string_view colour_of(Tone tone) {
  switch (tone) {
    case Tone::plain: return "";
    case Tone::strong: return "\033[1m";
    case Tone::faint: return "\033[2m";
    case Tone::added: return "\033[32m";
    case Tone::removed: return "\033[31m";
  }
  return "";
}

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view before = text;
    const char32_t c = take_code_point(text);
    const bool controls = c < 0x20 || (c >= 0x7F && c < 0xA0);
    const bool reorders = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x061C;
    if (controls || reorders) out += "\xEF\xBF\xBD";  // U+FFFD
    else out += before.substr(0, before.size() - text.size());
  }
  return out;
}

std::vector<Line> lines_of(const replay::Step& step, std::uint64_t last_version, Values values) {
  const RecordedEvent& event = *step.event;
  const Meta& meta = event.meta;
  std::vector<Line> lines;
  const auto say = [&](Tone tone, const std::string& text) { lines.push_back({tone, printable(text)}); };
  say(Tone::strong, "version " + std::to_string(step.version()) + " of " + std::to_string(last_version) + "   " + to_rfc3339(meta.occurred_at) + "   " + meta.actor);
  say(Tone::plain, "  " + in_words(event));
  if (meta.reason) say(Tone::plain, "  because: " + *meta.reason);
  say(Tone::faint, "  recorded " + to_rfc3339(meta.recorded_at) + ", event " + meta.event_id + (meta.correlation_id.empty() ? "" : ", request " + meta.correlation_id));
  for (const auto& change : step.changes) {
    if (change.before) add_value(lines, Tone::removed, change.path, json::parse(*change.before), values);
    if (change.after) add_value(lines, Tone::added, change.path, json::parse(*change.after), values);
  }
  return lines;
}

std::vector<Line> lines_of_state(const json& state) {
  std::vector<Line> lines;
  std::istringstream text(state.dump(2));
  for (std::string line; std::getline(text, line);) lines.push_back({Tone::plain, printable("  " + line)});
  return lines;
}

std::string json_line(const replay::Step& step, const json& state) {
  std::string line = R"({"version":)" + std::to_string(step.version()) + R"(,"change":)" + json_string(in_words(*step.event)).text + ",";
  line += dump::to_text(dump::Change{*step.event, step.patch}).substr(1);
  if (state.is_null()) return line;
  line.pop_back();
  return line + R"(,"state":)" + state.dump() + "}";
}

Paint Paint::told(std::string_view when, bool on_terminal) {
  const char* term = std::getenv("TERM");
  const bool can = on_terminal && !is_set("NO_COLOR") && term != nullptr && std::string_view(term) != "dumb";
  return Paint(when == "always" || (when == "auto" && can));
}

std::string Paint::operator()(const Line& line) const {
  const auto colour = colour_of(line.tone);
  if (!colours_ || colour.empty()) return line.text;
  return std::string(colour) + line.text + "\033[0m";
}

void Paint::write(std::ostream& out, const std::vector<Line>& lines) const {
  for (const auto& line : lines) out << (*this)(line) << '\n';
}

}  // namespace ledger::app
