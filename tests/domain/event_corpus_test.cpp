#include <doctest/doctest.h>

#include <filesystem>
#include <set>

#include "domain/replay/stream_kind.hpp"
#include "tests/domain/event_dump.hpp"
#include "tests/support/example_events.hpp"

using namespace ledger;
namespace fs = std::filesystem;

namespace {

std::set<std::string> all_types() {
  std::set<std::string> types;
  for (const auto& kind : stream_kinds()) {
    for (auto& type : kind.event_types()) types.insert(std::move(type));
  }
  return types;
}

Result<EncodedEvent, std::string> read_and_write(std::string_view type, std::string_view data) {
  Result<EncodedEvent, std::string> last = tl::unexpected(std::string{"no kind"});
  for (const auto& kind : stream_kinds()) {
    last = kind.rewrite(type, data);
    if (last) return last;
  }
  return last;
}

}  // namespace

TEST_CASE("every event of the corpus is read, and what this version writes is the same") {
  const auto newest = all_types();
  const auto examples = example_events();
  for (const auto& [type, data] : examples) {
    CAPTURE(type);
    CAPTURE(data);
    std::vector<std::string> faults;
    bool read = false;
    for (const auto& kind : stream_kinds()) {
      const auto again = kind.rewrite(type, data);
      if (!again) {
        faults.push_back(again.error());
        continue;
      }
      read = true;
      // An older version comes back as the newest one: its example only has to be read.
      if (newest.contains(type)) CHECK((*again == EncodedEvent{type, data}));
      dump_event(*again);
    }
    CAPTURE(faults);
    CHECK(read);
  }
  CHECK(examples.size() >= newest.size());
}

TEST_CASE("every event type has its schema and an example, and every schema an event type or a past") {
  std::set<std::string> schemas;
  for (const auto& entry : fs::directory_iterator{fs::path{LEDGER_SOURCE_DIR} / "schemas" / "events"}) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".schema.json"))
      schemas.insert(name.substr(0, name.size() - std::string{".schema.json"}.size()));
  }
  std::set<std::string> examples;
  for (const auto& example : example_events()) examples.insert(example.type);
  for (const auto& type : all_types()) {
    CAPTURE(type);
    CHECK(schemas.contains(type));
  }
  CHECK((schemas == examples));
}

TEST_CASE("stored data that is not what its type says is refused with a sentence") {
  struct Case {
    const char* type;
    const char* data;
  };
  const Case cases[] = {
      {"promptledger.prompt.created.v2", "{}"},
      {"promptledger.prompt.created.v0", "{}"},
      {"promptledger.prompt.created.v01", "{}"},
      {"promptledger.prompt.created.v", "{}"},
      {"promptledger.prompt.created", "{}"},
      {"prompt.created.v1", "{}"},
      {"promptledger.prompt.exploded.v1", "{}"},
      {"promptledger.prompt.deleted.v1", ""},
      {"promptledger.prompt.deleted.v1", "[]"},
      {"promptledger.prompt.deleted.v1", "{}"},
      {"promptledger.prompt.deleted.v1", R"({"category":1,"name":"x"})"},
      {"promptledger.prompt.lifecycle_moved.v1", R"({"from":"draft","to":"nowhere"})"},
      {"promptledger.prompt.version_added.v1",
       R"({"number":1,"content":{"kind":"song","syntax":"strict","variables":[],"config":{}}})"},
      {"promptledger.prompt.version_added.v1",
       R"({"number":1,"content":{"kind":"text","template":"x","syntax":"loose","variables":[],"config":{}}})"},
      {"promptledger.api_key.created.v1",
       R"({"public_id":"a","name":"b","secret_sha256":"c","workspace":"d","role":"king","actor":"e"})"},
      {"promptledger.feedback.given.v1", R"({"opinion":{}})"},
      {"promptledger.feedback.given.v1", R"({"about":{"request_id":"r","execution":"e","prompt":"p","version":1},"opinion":{"thumbs":"sideways"}})"},
      {"promptledger.feedback.given.v1",
       R"({"about":{"request_id":"r","execution":"e","prompt":"p","version":1},"opinion":{"sealed_comment":{"subject":"","data":"x"}}})"},
      {"promptledger.feedback.given.v1",
       R"({"about":{"request_id":"r","execution":"e","prompt":"p","version":1},"opinion":{"rating":257}})"},
      {"promptledger.judge_score.given.v1", R"({"prompt":"p","version":1,"judge":"j","scores":{"clarity":"7"}})"},
      {"promptledger.judge_score.given.v1", R"({"prompt":"p","version":1,"judge":"j","scores":{"clarity":0.1234567}})"},
      {"promptledger.model.created.v1", R"({"name":"m","details":{}})"},
      {"promptledger.model.created.v1", R"({"name":"m","details":{},"prices":[{"valid_from":"2025-01-01T00:00:00Z","per_unit":{"image":"-1"}}]})"},
      {"promptledger.model.created.v1", R"({"name":"m","details":{},"prices":[{"valid_from":"2025-01-01T00:00:00Z"},{"valid_from":"2025-01-01T00:00:00Z"}]})"},
      {"promptledger.score.given.v1", R"({"target":{"kind":"moon","id":"m"},"name":"n","type":"numeric","value":1,"source":"api"})"},
      {"promptledger.score.given.v1", R"({"target":{"kind":"trace","id":"m"},"name":"n","type":"numeric","value":"1","source":"api"})"},
      {"promptledger.score.given.v1", R"({"target":{"kind":"trace","id":"m"},"name":"n","type":"boolean","value":1,"source":"api"})"},
      {"promptledger.score_definition.created.v1", R"({"name":"n","type":"colour","rules":{}})"},
      {"promptledger.security_scan.recorded.v1", R"({"input_text":"x","risk_score":1e300,"label":"safe"})"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.type);
    CAPTURE(c.data);
    const auto got = read_and_write(c.type, c.data);
    REQUIRE_FALSE(got.has_value());
    CHECK(got.error().starts_with(c.type));
  }
}
