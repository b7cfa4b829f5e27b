#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "domain/access/api_key.hpp"
#include "domain/access/workspace.hpp"
#include "domain/execution/codec.hpp"
#include "domain/feedback/feedback.hpp"
#include "domain/feedback/judge_score.hpp"
#include "domain/feedback/security_scan.hpp"
#include "domain/json_text.hpp"
#include "domain/model/model.hpp"
#include "domain/projection/projection.hpp"
#include "domain/prompt/codec.hpp"
#include "domain/score/definition.hpp"
#include "domain/score/given.hpp"
#include "domain/settings/settings.hpp"
#include "domain/subject/subject.hpp"
#include "tests/domain/event_dump.hpp"

using namespace ledger;
namespace fs = std::filesystem;

namespace {

// One unit of the domain, by the type of its events.
struct Unit {
  std::vector<std::string> types;
  // Decodes and encodes again.
  Result<EncodedEvent, std::string> (*round_trip)(std::string_view type, std::string_view data);
};

template <auto Decode>
Result<EncodedEvent, std::string> round_trip(std::string_view type, std::string_view data) {
  return Decode(type, data).map([](const auto& event) { return encode(event); });
}

std::vector<Unit> units() {
  return {{prompt::event_types(), round_trip<prompt::decode>},
          {settings::event_types(), round_trip<settings::decode>},
          {model::event_types(), round_trip<model::decode>},
          {score::event_types(), round_trip<score::decode>},
          {score_definition::event_types(), round_trip<score_definition::decode>},
          {execution::event_types(), round_trip<execution::decode>},
          {subject::event_types(), round_trip<subject::decode>},
          {projection::event_types(), round_trip<projection::decode>},
          {workspace::event_types(), round_trip<workspace::decode>},
          {api_key::event_types(), round_trip<api_key::decode>},
          {feedback::event_types(), round_trip<feedback::decode>},
          {judge_score::event_types(), round_trip<judge_score::decode>},
          {security_scan::event_types(), round_trip<security_scan::decode>}};
}

fs::path schema_folder() { return fs::path{LEDGER_SOURCE_DIR} / "schemas" / "events"; }

std::string read_text(const fs::path& path) {
  std::ifstream file{path};
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// promptledger.prompt.created.v1 of promptledger.prompt.created.v1.minimal.json
std::string type_of(const fs::path& example) {
  const std::string name = example.filename().string();
  return name.substr(0, name.find('.', name.rfind(".v") + 1));
}

std::set<std::string> all_types() {
  std::set<std::string> types;
  for (const auto& unit : units()) types.insert(unit.types.begin(), unit.types.end());
  return types;
}

Result<EncodedEvent, std::string> read_and_write(std::string_view type, std::string_view data) {
  Result<EncodedEvent, std::string> last = tl::unexpected(std::string{"no unit"});
  for (const auto& unit : units()) {
    last = unit.round_trip(type, data);
    if (last) return last;
  }
  return last;
}

}  // namespace

TEST_CASE("every event of the corpus is read, and what this version writes is the same") {
  const auto newest = all_types();
  std::size_t examples = 0;
  for (const auto& entry : fs::directory_iterator{schema_folder() / "examples"}) {
    CAPTURE(entry.path().filename().string());
    const std::string type = type_of(entry.path());
    const auto data = parse_json_text(read_text(entry.path()));
    REQUIRE_MESSAGE(data.has_value(), data.error());
    ++examples;
    std::vector<std::string> faults;
    bool read = false;
    for (const auto& unit : units()) {
      const auto again = unit.round_trip(type, data->text);
      if (!again) {
        faults.push_back(again.error());
        continue;
      }
      read = true;
      // An older version comes back as the newest one: its example only has to be read.
      if (newest.contains(type)) CHECK((*again == EncodedEvent{type, data->text}));
      dump_event(*again);
    }
    CAPTURE(faults);
    CHECK(read);
  }
  CHECK(examples >= newest.size());
}

TEST_CASE("every event type has its schema and an example, and every schema an event type or a past") {
  std::set<std::string> schemas;
  for (const auto& entry : fs::directory_iterator{schema_folder()}) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".schema.json"))
      schemas.insert(name.substr(0, name.size() - std::string{".schema.json"}.size()));
  }
  std::set<std::string> examples;
  for (const auto& entry : fs::directory_iterator{schema_folder() / "examples"}) examples.insert(type_of(entry.path()));
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
