#include "domain/dump/lines.hpp"

#include <doctest/doctest.h>

#include "domain/json.hpp"
#include "tests/support/example_events.hpp"
#include "tests/support/spec.hpp"

using namespace ledger;
using namespace ledger::dump;
using nlohmann::json;

namespace {

RecordedEvent an_event() {
  RecordedEvent event;
  event.type = "promptledger.prompt.deleted.v1";
  event.stream = {"prompt", "p1"};
  event.sequence = 7;
  event.meta = spec::meta_at(7);
  event.meta.actor = "Jörg \"100%\"";
  event.meta.reason = "no longer needed";
  event.tags = {"prompt-name/a%2Fb/c"};
  event.data = R"({"category":"a/b","name":"c"})";
  event.partition_key = "ws/w1";
  return event;
}

void comes_back(const Line& line) {
  const auto text = to_text(line);
  CAPTURE(text);
  CHECK(text.find('\n') == std::string::npos);
  const auto read = parse(text);
  REQUIRE_MESSAGE(read.has_value(), read.error());
  CHECK(*read == line);
}

}  // namespace

TEST_CASE("every line of a dump is read back as it was") {
  comes_back(Beginning{"l1", "w1", spec::meta_at(0).occurred_at, {{"promptledger.log.prompts", 0, 12}, {"promptledger.log.prompts", 1, 0}}});
  comes_back(Change{an_event()});
  comes_back(Change{an_event(), R"([{"op":"add","path":"/deleted_at","value":"x"}])"});
  comes_back(StreamEnd{{"prompt", "p1"}, 7, "00ff"});
  comes_back(StreamEnd{{"prompt", "p1"}, 7});
  comes_back(End{3, 12});
  auto restored = an_event();
  restored.first_recorded_at = spec::meta_at(1).recorded_at;
  comes_back(Change{restored});
}

TEST_CASE("every event that there is survives a dump") {
  for (const auto& example : example_events()) {
    auto event = an_event();
    event.type = example.type;
    event.data = example.data;
    comes_back(Change{event});
  }
}

TEST_CASE("an event is in the JSON format of CloudEvents") {
  const json line = json::parse(to_text(Change{an_event()}));
  const json& event = line.at("event");
  CHECK(event.at("specversion") == "1.0");
  CHECK(event.at("datacontenttype") == "application/json");
  CHECK(event.at("subject") == "prompt/p1");
  CHECK(event.at("sequence") == "7");
  CHECK(event.at("actor") == "Jörg \"100%\"");
  CHECK(event.at("tags") == R"(["prompt-name/a%2Fb/c"])");
  CHECK(event.at("data") == json{{"reason", "no longer needed"}, {"category", "a/b"}, {"name", "c"}});
}

TEST_CASE("hashes that are keyed with a ledger's secret stay behind") {
  auto event = an_event();
  event.command_id = "keyed";
  event.command_digest = "keyed";
  CHECK(to_text(Change{event}) == to_text(Change{an_event()}));
}

TEST_CASE("what is no line of a dump is refused with a sentence") {
  struct Case {
    const char *line, *problem;
  };
  const Case cases[] = {
      {"", "not a JSON object"},
      {"[]", "not a JSON object"},
      {"{}", "end"},
      {R"({"format":"other","version":1})", "format is not promptledger-dump"},
      {R"({"format":"promptledger-dump","version":2})", "version 1"},
      {R"({"format":"promptledger-dump","version":1,"ledger":"l","workspace":"w","exported_at":"noon","positions":[]})", "RFC 3339"},
      {R"({"event":{"data":{}}})", "ce_specversion is missing"},
      {R"({"event":{"specversion":1,"data":{}}})", "specversion is not a string"},
      {R"({"stream":"prompt","version":1})", "kind, a slash and an id"},
      {R"({"end":{"streams":-1,"events":1}})", "whole number"},
  };
  for (const auto& each : cases) {
    CAPTURE(each.line);
    const auto read = parse(each.line);
    REQUIRE_FALSE(read.has_value());
    CAPTURE(read.error());
    CHECK(read.error().find(each.problem) != std::string::npos);
  }
  CHECK(parse(std::string(200, '[')).error().find("nested deeper") != std::string::npos);
}
