#include "domain/replay/walk.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "domain/json.hpp"
#include "domain/prompt/codec.hpp"
#include "tests/support/prompt_examples.hpp"
#include "tests/support/random_workspace.hpp"
#include "tests/support/spec.hpp"

using namespace ledger;
using namespace ledger::replay;
using nlohmann::json;

namespace {

std::vector<RecordedEvent> stream_of(const std::vector<prompt::Event>& facts) {
  std::vector<RecordedEvent> events;
  for (const auto& fact : facts) {
    const auto encoded = prompt::encode(fact);
    auto& event = events.emplace_back();
    event.type = encoded.type;
    event.data = encoded.data;
    event.stream = {"prompt", "p1"};
    event.sequence = events.size();
    event.meta = spec::meta_at(events.size());
  }
  return events;
}

std::vector<RecordedEvent> a_stream() {
  using namespace prompt::examples;
  return stream_of({created(), version_added(2, "Hello in JSON"), prompt::LabelMoved{.label = "production", .from = {}, .to = 2}, version_added(3, "Hello in XML"),
                    prompt::LabelMoved{.label = "production", .from = 2, .to = 3}, prompt::LabelMoved{.label = "production", .from = 3, .to = 2}});
}

Walk walk_of(std::vector<RecordedEvent> events) {
  auto walk = Walk::begin(std::move(events));
  REQUIRE_MESSAGE(walk.has_value(), walk.error());
  return *std::move(walk);
}

std::vector<std::uint64_t> touched(std::string_view path) {
  Walk walk = walk_of(a_stream());
  walk.watch(Path::parse(path).value());
  std::vector<std::uint64_t> versions;
  while (walk.version() < walk.last_version()) {
    const auto step = walk.forward();
    REQUIRE(step.has_value());
    if (step->touches) versions.push_back(step->version());
  }
  return versions;
}

std::vector<std::pair<std::uint64_t, bool>> turned(std::string_view question) {
  Walk walk = walk_of(a_stream());
  const auto found = turns(walk, Expression::parse(question).value(), walk.last_version());
  REQUIRE(found.has_value());
  std::vector<std::pair<std::uint64_t, bool>> out;
  for (const auto& turn : *found) out.emplace_back(turn.version, turn.yes);
  return out;
}

using Versions = std::vector<std::uint64_t>;
using Turns = std::vector<std::pair<std::uint64_t, bool>>;

}  // namespace

TEST_CASE("a step says what was at each place before and is after") {
  Walk walk = walk_of(a_stream());
  const auto first = walk.forward();
  REQUIRE(first.has_value());
  CHECK(first->version() == 1);
  for (const auto& change : first->changes) CHECK_FALSE(change.before.has_value());
  REQUIRE(walk.go_to(4).has_value());
  const auto moved = walk.forward();
  REQUIRE(moved.has_value());
  const auto label = std::ranges::find(moved->changes, "/labels/production", &Change::path);
  REQUIRE(label != moved->changes.end());
  CHECK(label->before == "2");
  CHECK(label->after == "3");
}

TEST_CASE("a walk may go anywhere, and stands where a fold from the beginning stands") {
  Walk walk = walk_of(a_stream());
  StreamState folded = StreamState::empty(*find_stream_kind("prompt"));
  std::vector<json> states{json::object()};
  for (const auto& event : a_stream()) {
    REQUIRE(folded.apply(event).has_value());
    states.push_back(folded.to_json());
  }
  for (const std::uint64_t version : {3, 6, 0, 1, 5, 5, 2, 99}) {
    CAPTURE(version);
    REQUIRE(walk.go_to(version).has_value());
    CHECK(walk.version() == std::min<std::uint64_t>(version, 6));
    CHECK(walk.state() == states[walk.version()]);
  }
}

TEST_CASE("steps that touch what is watched") {
  CHECK(touched("/labels/production") == Versions{3, 5, 6});
  CHECK(touched("/labels") == Versions{1, 3, 5, 6});
  CHECK(touched("/versions/2/content/template") == Versions{2});
  CHECK(touched("$.versions.*.content") == Versions{1, 2, 4});
  CHECK(touched("/nowhere").empty());
  CHECK(touched("").size() == 6);
}

TEST_CASE("where an answer turns") {
  CHECK(turned("/labels/production == 2") == Turns{{3, true}, {5, false}, {6, true}});
  CHECK(turned(R"($..template contains "JSON")") == Turns{{2, true}});
  CHECK(turned("/labels/production == 7").empty());
  CHECK(turned("/name") == Turns{{1, true}});
}

TEST_CASE("what is no stream is no walk, and what cannot be followed is told") {
  CHECK(Walk::begin({}).error() == "the stream has no events");
  auto gap = a_stream();
  gap.erase(gap.begin() + 1);
  CHECK(Walk::begin(gap).error().find("version 2 of prompt/p1 is missing") != std::string::npos);
  auto unknown = a_stream();
  for (auto& event : unknown) event.stream.kind = "painting";
  CHECK(Walk::begin(unknown).error().find("painting") != std::string::npos);

  auto newer = a_stream();
  newer[2].type = "promptledger.prompt.painted.v1";
  Walk walk = walk_of(newer);
  REQUIRE(walk.go_to(2).has_value());
  const auto step = walk.forward();
  REQUIRE_FALSE(step.has_value());
  CHECK(step.error().find("version 3") != std::string::npos);
  CHECK(walk.version() == 2);
  CHECK_FALSE(walk.go_to(6).has_value());
  CHECK(walk.version() == 2);
}
