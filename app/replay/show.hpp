#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "domain/replay/walk.hpp"

namespace ledger::app {

// A line for a person, and how it is to look. Its text holds no control characters, whatever stands in the ledger.
struct Line {
  enum class Tone : std::uint8_t { plain, strong, faint, added, removed };
  Tone tone = Tone::plain;
  std::string text;

  bool operator==(const Line&) const = default;
};

// Values of a state that are longer are cut, unless all of them is asked for.
enum class Values : bool { cut, whole };
inline constexpr std::size_t kValueCharacters = 300;

// What happened in a step, to whom it is owed, why, and what it changed; new objects member by member.
std::vector<Line> lines_of(const replay::Step& step, std::uint64_t last_version, Values values);
// A state, indented.
std::vector<Line> lines_of_state(const nlohmann::json& state);

// The step as one line of JSON: the version, the change in words, the event in CloudEvents' format and the patch; the state behind it unless it is null.
std::string json_line(const replay::Step& step, const nlohmann::json& state);

// Without control characters, and whatever else a terminal might obey.
std::string printable(std::string_view text);

// Colour where it is wanted.
class Paint {
 public:
  explicit Paint(bool colours) : colours_(colours) {}
  // As told by the words auto, always and never: `auto` is for a terminal, unless NO_COLOR is set or TERM is dumb.
  static Paint told(std::string_view when, bool on_terminal);

  std::string operator()(const Line& line) const;
  void write(std::ostream& out, const std::vector<Line>& lines) const;

 private:
  bool colours_;
};

}  // namespace ledger::app
