#include "app/replay.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>

#include "app/replay/check.hpp"
#include "app/replay/moment.hpp"
#include "app/replay/show.hpp"
#include "app/replay/source.hpp"
#include "app/replay/terminal.hpp"
#include "app/replay/viewer.hpp"
#include "domain/json.hpp"
#include "domain/json_text.hpp"

namespace ledger::app {
namespace {

constexpr std::chrono::milliseconds kLookAround{100};   // at the terminal's size, and whether to stop

// What is wrong with what was asked for.
struct Misused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <class T>
T parsed(const std::string& option, const Result<T, json_path::Fault>& read) {
  if (read) return *read;
  throw Misused(option + ", at byte " + std::to_string(read.error().offset + 1) + ": " + read.error().problem);
}

StreamPlace place_of(const std::string& option, const std::string& text) {
  auto place = StreamPlace::parse(text);
  if (!place) throw Misused(option + ": " + place.error());
  return *place;
}

EventClock clock_of(const Invocation& call) { return call.arguments.text("clock") == "occurred" ? EventClock::occurred : EventClock::recorded; }

// The versions that are asked for, both included.
struct Span {
  std::uint64_t first = 1, last = 0;
};

Span span_of(const Invocation& call, const replay::Walk& walk) {
  Span span{1, walk.last_version()};
  const auto clock = clock_of(call);
  if (const auto& from = call.arguments.text("from"); !from.empty()) span.first = version_from(walk.events(), place_of("--from", from), clock);
  if (const auto& to = call.arguments.text("to"); !to.empty()) span.last = version_at(walk.events(), place_of("--to", to), clock);
  if (span.first > span.last) throw Misused("no version of the stream lies there; it has the versions 1 to " + std::to_string(walk.last_version()));
  return span;
}

void check(const Result<void, std::string>& done) {
  if (!done) throw std::runtime_error(done.error());
}

replay::Step step_to(replay::Walk& walk, std::uint64_t version) {
  if (walk.version() + 1 != version) check(walk.go_to(version - 1));
  auto step = walk.forward();
  if (!step) throw std::runtime_error(step.error());
  return *std::move(step);
}

void list(const Invocation& call, replay::Walk& walk, Span span, const Paint& paint) {
  const bool with_state = call.arguments.flag("state"), as_json = call.arguments.flag("json");
  const auto values = call.arguments.flag("whole") ? Values::whole : Values::cut;
  check(walk.go_to(span.first - 1));
  while (walk.version() < span.last && call.out && !call.signals.stop_requested()) {
    const auto step = step_to(walk, walk.version() + 1);
    if (!step.touches) continue;
    if (as_json) {
      call.out << json_line(step, with_state ? walk.state() : nlohmann::json()) << '\n';
      continue;
    }
    paint.write(call.out, lines_of(step, walk.last_version(), values));
    if (with_state) paint.write(call.out, lines_of_state(walk.state()));
  }
  call.out << std::flush;
}

void view(const Invocation& call, replay::Walk& walk, Span span, const Paint& paint) {
  Viewer viewer(walk, span.first, span.last, clock_of(call));
  if (const auto& path = call.arguments.text("filter"); !path.empty()) check(viewer.filter(path));
  Terminal terminal;
  std::optional<Terminal::Size> drawn;   // nothing: what is shown is old
  while (!call.signals.stop_requested()) {
    const auto size = terminal.size();
    if (drawn != size) {
      std::vector<std::string> rows;
      for (const auto& line : viewer.screen(size)) rows.push_back(paint(line));
      terminal.draw(rows);
      drawn = size;
    }
    const auto key = terminal.key(kLookAround);
    if (!key) continue;
    drawn.reset();
    if (!viewer.press(*key)) return;
  }
}

std::string told(const replay::Walk& walk, const replay::Turn& turn) {
  const Meta& meta = walk.events()[turn.version - 1].meta;
  return std::string(turn.yes ? "true" : "false") + " from version " + std::to_string(turn.version) + " (" + to_rfc3339(meta.occurred_at) + ", " + printable(meta.actor) + ")";
}

ExitStatus bisect(const Invocation& call, replay::Walk& walk, Span span, const Paint& paint) {
  const auto& text = call.arguments.text("bisect");
  const auto found = replay::turns(walk, parsed("--bisect", replay::Expression::parse(text)), span.last);
  if (!found) throw std::runtime_error(found.error());
  if (call.arguments.flag("json")) {
    for (const auto& turn : *found) call.out << R"({"holds":)" << (turn.yes ? "true," : "false,") << json_line(step_to(walk, turn.version), nullptr).substr(1) << '\n';
    return found->empty() ? ExitStatus::failed : ExitStatus::done;
  }
  if (found->empty()) {
    call.out << printable(text) << " is not true at any of " << span.last << " versions\n";
    return ExitStatus::failed;
  }
  const std::uint64_t first = found->front().version;
  call.out << printable(text) << " is first true at\n";
  paint.write(call.out, lines_of(step_to(walk, first), walk.last_version(), call.arguments.flag("whole") ? Values::whole : Values::cut));
  for (std::size_t i = 1; i < found->size(); ++i) call.out << (i == 1 ? "and then " : "         ") << told(walk, (*found)[i]) << '\n';
  if (found->size() == 1) call.out << "and stays so to version " << span.last << '\n';
  return ExitStatus::done;
}

void tell(std::ostream& out, const std::string& file, const Difference& difference) {
  out << file << ", line " << difference.line << ": " << printable(difference.stream.text()) << ", version " << difference.version;
  if (!difference.event_id.empty()) out << " (" << printable(difference.type) << ", event " << printable(difference.event_id) << ')';
  out << " comes out otherwise" << (difference.why.empty() ? "" : ": " + printable(difference.why)) << '\n';
  const auto shown = [](const std::optional<std::string>& value) { return value ? printable(*value) : std::string("nothing"); };
  for (const auto& place : difference.places) {
    out << "  " << printable(place.path) << "\n    recorded  " << shown(place.recorded) << "\n    now       " << shown(place.now) << '\n';
  }
}

void tell_as_json(std::ostream& out, const std::string& file, const Difference& difference) {
  using nlohmann::json;
  json places = json::array();
  for (const auto& place : difference.places) {
    json& one = places.emplace_back(json{{"path", place.path}});
    if (place.recorded) one["recorded"] = json::parse(*place.recorded);
    if (place.now) one["now"] = json::parse(*place.now);
  }
  json line{{"file", file}, {"line", difference.line}, {"stream", difference.stream.text()}, {"version", difference.version}, {"differences", places}};
  if (!difference.event_id.empty()) line["event_id"] = difference.event_id;
  if (!difference.why.empty()) line["why"] = difference.why;
  out << line.dump() << '\n';
}

ExitStatus check_dumps(const Invocation& call) {
  const bool as_json = call.arguments.flag("json");
  bool all_same = true;
  for (const auto& file : call.arguments.texts("what")) {
    if (file.empty()) throw Misused("--check: the dump is missing");
    const auto checked = check_dump(file, [&](const Difference& difference) { (as_json ? tell_as_json : tell)(call.out, file, difference); });
    all_same = all_same && checked.different == 0;
    if (as_json) continue;
    call.out << file << ": " << checked.events << " events of " << checked.streams << " streams, " << checked.different << " of which come out otherwise";
    if (checked.unknown > 0) call.out << "; of " << checked.unknown << " no result was recorded";
    call.out << '\n';
  }
  return all_same ? ExitStatus::done : ExitStatus::failed;
}

ExitStatus replay_one(const Invocation& call) {
  const auto& names = call.arguments.texts("what");
  const auto& file = call.arguments.text("file");
  if (names.size() > 1) throw Misused("one stream at a time; --check takes several dumps");
  if (names.front().empty() && file.empty()) throw Misused("the stream is missing: its kind and id, such as prompt/0190a1b2-0000-7000-8000-0000000000a1");
  auto begun = replay::Walk::begin(file.empty() ? events_in_ledger(call, names.front()) : events_in_dump(file, names.front()));
  if (!begun) throw std::runtime_error(begun.error());
  replay::Walk& walk = *begun;
  const Span span = span_of(call, walk);
  const Paint paint = Paint::told(call.arguments.text("color"), isatty(STDOUT_FILENO) == 1);
  if (!call.arguments.text("bisect").empty()) return bisect(call, walk, span, paint);
  const auto& filter = call.arguments.text("filter");
  if (!filter.empty()) walk.watch(parsed("--filter", replay::Path::parse(filter)));
  const bool listing = call.arguments.flag("json") || call.arguments.flag("list") || call.arguments.flag("state") || !Terminal::is_there();
  if (listing) list(call, walk, span, paint);
  else view(call, walk, span, paint);
  return ExitStatus::done;
}

ExitStatus run(const Invocation& call) {
  try {
    return call.arguments.flag("check") ? check_dumps(call) : replay_one(call);
  } catch (const Misused& wrong) {
    std::cerr << "promptledger: " << wrong.what() << '\n';
    return ExitStatus::misused;
  }
}

}  // namespace

Subcommand replay_stream() {
  using config::Section;
  using Kind = Argument::Kind;
  return {.name = "replay",
          .summary = "Walk through a stream's events; find the one that first made something so; check what this program makes of dumps",
          .settings = {Section::postgres, Section::log},
          .arguments = {{.kind = Kind::positional, .name = "what", .value_name = "STREAM", .help = "its kind and id, such as prompt/0190a1b2-0000-7000-8000-0000000000a1; with --check dumps", .usual = "", .many = true},
                        {.name = "file", .value_name = "DUMP", .help = "read the stream from a dump instead of the ledger", .usual = ""},
                        {.name = "from", .value_name = "WHEN", .help = "begin there: a version, a time (RFC 3339) or a day", .usual = ""},
                        {.name = "to", .value_name = "WHEN", .help = "end there", .usual = ""},
                        {.name = "clock", .value_name = "CLOCK", .help = "what a time means: recorded or occurred", .usual = "recorded", .choices = {"recorded", "occurred"}},
                        {.name = "filter", .value_name = "PATH", .help = "only steps that change what a JSON Pointer or JSONPath names", .usual = ""},
                        {.name = "bisect", .value_name = "EXPRESSION", .help = "the step that first made it true, such as '/status == \"published\"'; 1 when none did", .usual = ""},
                        {.kind = Kind::flag, .name = "check", .help = "run dumps through this program: 1 when anything comes out otherwise than was recorded"},
                        {.kind = Kind::flag, .name = "state", .help = "list, with the state behind each step"},
                        {.kind = Kind::flag, .name = "list", .help = "list also on a terminal, instead of walking with keys"},
                        {.kind = Kind::flag, .name = "whole", .help = "do not cut long values in a list"},
                        {.kind = Kind::flag, .name = "json", .help = "NDJSON, a line a step"},
                        {.name = "color", .value_name = "WHEN", .help = "auto, always or never; auto heeds NO_COLOR", .usual = "auto", .choices = {"auto", "always", "never"}}},
          .run = run};
}

}  // namespace ledger::app
