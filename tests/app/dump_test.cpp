#include <doctest/doctest.h>

#include <sstream>

#include "app/dump/reader.hpp"
#include "app/dump/writer.hpp"
#include "domain/json.hpp"
#include "tests/app/label_stream.hpp"

using namespace ledger;
using namespace ledger::app;
using namespace ledger::test;

namespace {

RecordedEvent stored(const std::string& label, std::uint64_t sequence) {
  auto event = labels_protected("w1", {label}).front();
  event.sequence = sequence;
  event.meta = spec::meta_at(sequence);
  return event;
}

std::string a_dump(DumpWriter::Patches patches = DumpWriter::Patches::with) {
  std::ostringstream out;
  DumpWriter writer(out, patches);
  writer.begin({.ledger = "l1", .workspace = "w1", .exported_at = spec::meta_at(0).occurred_at});
  for (const auto& event : labels_protected("w1", {"production", "staging"})) writer.event(event);
  for (const auto& event : labels_protected("w2", {"canary"})) writer.event(event);
  CHECK(writer.finish() == dump::End{2, 3});
  CHECK(writer.unreadable() == 0);
  return out.str();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

void refused(const std::vector<std::string>& lines, const char* problem) {
  const TemporaryFile file(joined(lines));
  CAPTURE(problem);
  const auto read = [&] {
    DumpReader reader(file.path);
    while (reader.next()) {
    }
  };
  CHECK_THROWS_WITH_AS(read(), doctest::Contains(problem), std::runtime_error);
}

}  // namespace

TEST_CASE("a dump is read back line by line") {
  const TemporaryFile file(a_dump());
  CHECK(is_dump(file.path));
  DumpReader reader(file.path);
  CHECK(reader.beginning().workspace == "w1");
  std::vector<dump::Line> lines;
  std::uint64_t second_at = 0;
  while (const auto line = reader.next()) {
    lines.push_back(*line);
    if (reader.line_number() == 3) second_at = reader.line_offset();
  }
  REQUIRE(lines.size() == 6);
  CHECK(std::get<dump::Change>(lines[0]).event == stored("production", 1));
  CHECK(std::get<dump::StreamEnd>(lines[2]).version == 2);
  CHECK(std::get<dump::End>(lines[5]) == dump::End{2, 3});
  CHECK(reader.change_at(3, second_at).event == stored("staging", 2));
}

TEST_CASE("a dump says what each event did, and what came of all") {
  const auto lines = lines_of(a_dump());
  const auto patch = nlohmann::json::parse(lines[2]).at("patch");
  auto state = nlohmann::json::parse(lines[1]).at("patch");
  CHECK_FALSE(patch.empty());
  StreamState folded = StreamState::empty(*find_stream_kind("settings"));
  auto recorded = nlohmann::json::object().patch(state);
  REQUIRE(folded.apply(stored("production", 1)).has_value());
  CHECK(recorded == folded.to_json());
  recorded = recorded.patch(patch);
  REQUIRE(folded.apply(stored("staging", 2)).has_value());
  CHECK(recorded == folded.to_json());
  CHECK(nlohmann::json::parse(lines[3]).at("state_sha256") == state_sha256(folded));
  CHECK_FALSE(nlohmann::json::parse(lines_of(a_dump(DumpWriter::Patches::without))[2]).contains("patch"));
}

TEST_CASE("a stream that cannot be read is dumped all the same") {
  std::ostringstream out;
  DumpWriter writer(out, DumpWriter::Patches::with);
  auto newer = stored("production", 1);
  newer.type = "promptledger.settings.painted.v1";
  writer.event(newer);
  writer.event(stored("staging", 2));
  writer.finish();
  CHECK(writer.unreadable() == 1);
  const auto lines = lines_of(out.str());
  CHECK(lines.size() == 4);
  CHECK_FALSE(nlohmann::json::parse(lines[2]).contains("state_sha256"));
}

TEST_CASE("a dump that was cut off or mixed up is refused with its line") {
  const auto good = lines_of(a_dump());
  REQUIRE(good.size() == 7);
  const auto without = [&](std::size_t line) {
    auto lines = good;
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(line));
    return lines;
  };
  refused(without(6), "cut off");
  refused(without(5), "missing before it");
  refused(without(3), "missing before it");
  refused(without(2), "line 3: the end of a stream");
  refused(without(1), "version 2 of settings/w1 where version 1 belongs");
  refused(without(0), "begins with a line that says its format");
  auto twice = good;
  twice.push_back(good.back());
  refused(twice, "ended in the line before");
  auto counted = good;
  counted.back() = dump::to_text(dump::End{2, 4});
  refused(counted, "it counts 4 events");
  auto foreign = stored("x", 1);
  foreign.meta.workspace = "w9";
  refused({good[0], dump::to_text(dump::Change{foreign})}, "workspace w9");
  const TemporaryFile other("{\"op\":\"created\"}\n");
  CHECK_FALSE(is_dump(other.path));
  CHECK_THROWS_AS(is_dump("/nowhere/at/all"), std::runtime_error);
}
