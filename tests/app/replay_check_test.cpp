#include <doctest/doctest.h>

#include <sstream>

#include "app/dump/writer.hpp"
#include "app/replay/check.hpp"
#include "domain/json.hpp"
#include "tests/app/label_stream.hpp"

using namespace ledger;
using namespace ledger::app;
using nlohmann::json;
using test::labels_protected;

namespace {

// The lines of a dump of two streams of labels: settings/w1 with three events, settings/w2 with one.
std::vector<json> a_dump(DumpWriter::Patches patches = DumpWriter::Patches::with) {
  std::ostringstream out;
  DumpWriter writer(out, patches);
  writer.begin({.ledger = "l1", .workspace = "w1", .exported_at = spec::meta_at(0).occurred_at});
  for (const auto& event : labels_protected("w1", {"production", "staging", "canary"})) writer.event(event);
  for (const auto& event : labels_protected("w2", {"production"})) writer.event(event);
  writer.finish();
  std::vector<json> lines;
  std::istringstream in(out.str());
  for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
  REQUIRE(lines.size() == 8);
  return lines;
}

struct Outcome {
  Checked checked;
  std::vector<Difference> differences;
};

Outcome check(const std::vector<json>& lines) {
  std::vector<std::string> texts;
  for (const auto& line : lines) texts.push_back(line.dump());
  const test::TemporaryFile file(test::joined(texts));
  Outcome outcome;
  outcome.checked = check_dump(file.path, [&](const Difference& difference) { outcome.differences.push_back(difference); });
  CHECK(outcome.checked.different == outcome.differences.size());
  return outcome;
}

}  // namespace

TEST_CASE("a dump that this program wrote comes out as it was recorded") {
  for (const auto patches : {DumpWriter::Patches::with, DumpWriter::Patches::without}) {
    const auto outcome = check(a_dump(patches));
    CHECK(outcome.differences.empty());
    CHECK(outcome.checked.streams == 2);
    CHECK(outcome.checked.events == 4);
    CHECK(outcome.checked.unknown == 0);
  }
}

TEST_CASE("the first event that comes out otherwise is told, with its place and both values") {
  auto lines = a_dump();
  // As if whoever recorded it had called the label otherwise.
  lines[2]["patch"][0]["value"] = "stagings";
  const auto outcome = check(lines);
  REQUIRE(outcome.differences.size() == 1);
  const auto& told = outcome.differences.front();
  CHECK(told.line == 3);
  CHECK(told.stream.text() == "settings/w1");
  CHECK(told.version == 2);
  CHECK(told.event_id == "event-2");
  CHECK(told.why.empty());
  REQUIRE_FALSE(told.places.empty());
  CHECK(told.places.front().recorded == R"("stagings")");
  CHECK(told.places.front().now == R"("staging")");
}

TEST_CASE("what a newer shape adds is a difference of the first event that has it") {
  auto lines = a_dump();
  lines[1]["patch"].push_back({{"op", "add"}, {"path", "/colour"}, {"value", "red"}});
  const auto outcome = check(lines);
  REQUIRE(outcome.differences.size() == 1);
  CHECK(outcome.differences.front().version == 1);
  REQUIRE(outcome.differences.front().places.size() == 1);
  CHECK(outcome.differences.front().places.front().path == "/colour");
  CHECK_FALSE(outcome.differences.front().places.front().now.has_value());
}

TEST_CASE("a patch that says the same in other words is no difference") {
  auto lines = a_dump();
  const json state = json::object().patch(lines[1]["patch"]);
  lines[1]["patch"] = json::array({{{"op", "replace"}, {"path", ""}, {"value", state}}});
  CHECK(check(lines).differences.empty());
}

TEST_CASE("an event that cannot be followed any more is told with why") {
  auto lines = a_dump();
  lines[2]["event"]["type"] = "promptledger.settings.painted.v1";
  const auto outcome = check(lines);
  REQUIRE(outcome.differences.size() == 1);
  CHECK(outcome.differences.front().version == 2);
  CHECK(outcome.differences.front().why.find("painted") != std::string::npos);
}

TEST_CASE("without patches only the stream is known") {
  auto lines = a_dump(DumpWriter::Patches::without);
  lines[4]["state_sha256"] = std::string(64, '0');
  const auto outcome = check(lines);
  REQUIRE(outcome.differences.size() == 1);
  CHECK(outcome.differences.front().version == 3);
  CHECK(outcome.differences.front().event_id.empty());
  CHECK_FALSE(outcome.differences.front().why.empty());
}

TEST_CASE("each stream is told once, and one without a recorded result is counted") {
  auto lines = a_dump();
  lines[1]["event"]["type"] = "promptledger.settings.painted.v1";
  lines[5]["event"]["type"] = "promptledger.settings.painted.v1";
  lines[6].erase("state_sha256");
  const auto outcome = check(lines);
  CHECK(outcome.differences.size() == 2);
  CHECK(outcome.checked.unknown == 1);
}
