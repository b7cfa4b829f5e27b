#include <doctest/doctest.h>

#include "app/replay/viewer.hpp"
#include "domain/json.hpp"
#include "domain/utf8.hpp"
#include "tests/app/label_stream.hpp"

using namespace ledger;
using namespace ledger::app;
using Is = Key::Is;

namespace {

constexpr Terminal::Size kSize{.rows = 20, .columns = 60};

std::vector<RecordedEvent> five_labels() { return test::labels_protected("w1", {"one", "two", "three", "four", "five"}); }

struct Sitting {
  explicit Sitting(std::vector<RecordedEvent> events = five_labels(), std::uint64_t first = 1, std::uint64_t last = 5)
      : walk(replay::Walk::begin(std::move(events)).value()), viewer(walk, first, last, EventClock::occurred) {}

  void press(Is key) { CHECK(viewer.press({key})); }
  void type(const std::string& text) {
    for (const char c : text) CHECK(viewer.press({Is::character, std::string(1, c)}));
  }
  std::string seen(Terminal::Size size = kSize) {
    std::string text;
    for (const auto& line : viewer.screen(size)) text += line.text + "\n";
    return text;
  }
  bool shows(const char* what) { return seen().find(what) != std::string::npos; }

  replay::Walk walk;
  Viewer viewer;
};

}  // namespace

TEST_CASE("a person steps through a stream, forward and back") {
  Sitting sitting;
  CHECK(sitting.viewer.version() == 1);
  CHECK(sitting.shows("version 1 of 5"));
  sitting.press(Is::right);
  sitting.type("l ");
  CHECK(sitting.viewer.version() == 4);
  sitting.press(Is::left);
  sitting.type("h");
  CHECK(sitting.viewer.version() == 2);
  sitting.press(Is::end);
  CHECK(sitting.viewer.version() == 5);
  sitting.press(Is::right);
  CHECK(sitting.viewer.version() == 5);
  CHECK(sitting.shows("this is the last step"));
  sitting.type("g");
  sitting.press(Is::left);
  CHECK(sitting.viewer.version() == 1);
  CHECK(sitting.shows("this is the first step"));
  CHECK_FALSE(sitting.viewer.press({Is::character, "q"}));
}

TEST_CASE("a person jumps to a version or a time") {
  Sitting sitting;
  sitting.type("j4");
  CHECK(sitting.shows("version, time or day: 4_"));
  sitting.press(Is::enter);
  CHECK(sitting.viewer.version() == 4);
  sitting.type("j" + to_rfc3339(spec::meta_at(2).occurred_at + std::chrono::seconds(5)));
  sitting.press(Is::enter);
  CHECK(sitting.viewer.version() == 2);
  sitting.type("j2000-01-01");
  sitting.press(Is::enter);
  CHECK(sitting.viewer.version() == 1);
  sitting.type("j99");
  sitting.press(Is::backspace);
  sitting.press(Is::backspace);
  sitting.type("x");
  sitting.press(Is::enter);
  CHECK(sitting.shows("is no version"));
  sitting.type("j5");
  sitting.press(Is::escape);
  CHECK(sitting.viewer.version() == 1);
}

TEST_CASE("a person sees only the steps that change something") {
  auto events = test::labels_protected("w1", {"one", "two", "one", "three", "two"});
  Sitting sitting(events);
  sitting.type("f/protected_labels/1");
  sitting.press(Is::enter);
  CHECK(sitting.viewer.version() == 2);
  CHECK(sitting.shows("that change /protected_labels/1"));
  sitting.type("f/nowhere");
  sitting.press(Is::enter);
  CHECK(sitting.shows("no step changes /nowhere"));
  sitting.type("f$[");
  sitting.press(Is::enter);
  CHECK(sitting.shows("a selector is wanted"));
  sitting.type("f");
  sitting.press(Is::enter);
  sitting.press(Is::home);
  CHECK(sitting.viewer.version() == 1);
}

TEST_CASE("the state is shown on demand") {
  Sitting sitting;
  CHECK_FALSE(sitting.shows("the state behind it"));
  sitting.type("s");
  CHECK(sitting.shows("the state behind it"));
  CHECK(sitting.shows("protected_labels"));
  sitting.press(Is::right);
  CHECK(sitting.shows("the state behind it"));
  sitting.type("s");
  CHECK_FALSE(sitting.shows("the state behind it"));
}

TEST_CASE("the screen fits whatever size the terminal has") {
  Sitting sitting;
  sitting.type("s");
  for (const Terminal::Size size : {Terminal::Size{1, 1}, {2, 5}, {3, 80}, {24, 80}, {60, 7}, {10, 1}}) {
    CAPTURE(size.rows);
    CAPTURE(size.columns);
    const auto rows = sitting.viewer.screen(size);
    CHECK(rows.size() <= size.rows);
    for (const auto& row : rows) CHECK(code_points(row.text) <= size.columns);
  }
}

TEST_CASE("a long step is scrolled, and never beyond its end") {
  Sitting sitting;
  sitting.type("s");
  constexpr Terminal::Size kSmall{.rows = 5, .columns = 60};
  const auto top = sitting.seen(kSmall);
  sitting.press(Is::down);
  CHECK(sitting.seen(kSmall) != top);
  sitting.press(Is::up);
  CHECK(sitting.seen(kSmall) == top);
  for (int i = 0; i < 100; ++i) sitting.press(Is::page_down);
  const auto bottom = sitting.seen(kSmall);
  CHECK(bottom.find("}") != std::string::npos);
  sitting.press(Is::up);
  CHECK(sitting.seen(kSmall) != bottom);
}

TEST_CASE("only the versions that were asked for are shown") {
  Sitting sitting(five_labels(), 2, 4);
  CHECK(sitting.viewer.version() == 2);
  sitting.press(Is::left);
  CHECK(sitting.viewer.version() == 2);
  sitting.press(Is::end);
  CHECK(sitting.viewer.version() == 4);
  sitting.type("j5");
  sitting.press(Is::enter);
  CHECK(sitting.viewer.version() == 4);
}

TEST_CASE("a step that cannot be followed is told, and the rest stays in reach") {
  auto events = five_labels();
  events[2].type = "promptledger.settings.painted.v1";
  Sitting sitting(events);
  sitting.press(Is::right);
  sitting.press(Is::right);
  CHECK(sitting.viewer.version() == 2);
  CHECK(sitting.shows("painted"));
  sitting.press(Is::left);
  CHECK(sitting.viewer.version() == 1);
}

TEST_CASE("keys as terminals send them") {
  struct Case {
    const char* sent;
    Key key;
  };
  const Case cases[] = {{"a", {Is::character, "a"}},   {"é", {Is::character, "é"}}, {"\r", {Is::enter}},       {"\x7f", {Is::backspace}},  {"\033[C", {Is::right}},  {"\033OD", {Is::left}},
                        {"\033[1~", {Is::home}},       {"\033[F", {Is::end}},       {"\033[5~", {Is::page_up}}, {"\033[1;5C", {Is::unknown}}, {"\x01", {Is::unknown}}};
  for (const auto& each : cases) {
    std::string sent = std::string(each.sent) + "z";
    CHECK(take_key(sent, MoreToCome::yes) == each.key);
    CHECK(sent == "z");
  }
  std::string sent = "\033";
  CHECK_FALSE(take_key(sent, MoreToCome::yes).has_value());
  CHECK(take_key(sent, MoreToCome::no) == Key{Is::escape});
  sent = "\033[";
  CHECK_FALSE(take_key(sent, MoreToCome::yes).has_value());
  sent = "\xC3";
  CHECK_FALSE(take_key(sent, MoreToCome::yes).has_value());
  CHECK(take_key(sent, MoreToCome::no).has_value());
  CHECK(sent.empty());
}

TEST_CASE("places in a stream") {
  const auto events = five_labels();
  const auto at = [&](const std::string& text) { return version_at(events, StreamPlace::parse(text).value(), EventClock::occurred); };
  const auto from = [&](const std::string& text) { return version_from(events, StreamPlace::parse(text).value(), EventClock::occurred); };
  CHECK(at("3") == 3);
  CHECK(at("99") == 5);
  CHECK(from("0") == 1);
  CHECK(at(to_rfc3339(events[2].meta.occurred_at)) == 3);
  CHECK(from(to_rfc3339(events[2].meta.occurred_at)) == 3);
  CHECK(at("2000-01-01") == 0);
  CHECK(from("2100-01-01") == 6);
  CHECK_FALSE(StreamPlace::parse("yesterday").has_value());
  CHECK_FALSE(StreamPlace::parse("").has_value());
}

TEST_CASE("what stands in the ledger cannot command the terminal") {
  CHECK(printable("a\033[2Jb") == "a\xEF\xBF\xBD[2Jb");
  CHECK(printable("a\u202Eb") == "a\xEF\xBF\xBD" "b");
  CHECK(printable("Jörg 😀") == "Jörg 😀");
  auto events = five_labels();
  events[0].meta.actor = "\033]0;owned\007";
  events[0].meta.reason = "\r\n\033[31m";
  auto walk = replay::Walk::begin(events).value();
  for (const auto& line : lines_of(walk.forward().value(), 5, Values::whole)) {
    for (const char c : line.text) CHECK(static_cast<unsigned char>(c) >= 0x20);
  }
}

TEST_CASE("colour comes where it is wanted") {
  const Line line{Line::Tone::added, "+ a"};
  CHECK(Paint(true)(line) == "\033[32m+ a\033[0m");
  CHECK(Paint(false)(line) == "+ a");
  CHECK(Paint::told("always", false)(line) != "+ a");
  CHECK(Paint::told("never", true)(line) == "+ a");
  CHECK(Paint::told("auto", false)(line) == "+ a");
}
