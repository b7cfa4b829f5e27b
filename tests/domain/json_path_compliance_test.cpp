#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "domain/json.hpp"
#include "domain/json_path/parse.hpp"
#include "domain/json_path/select.hpp"

using namespace ledger;
using nlohmann::json;

namespace {

json values_of(const std::vector<json_path::Node>& nodes) {
  json out = json::array();
  for (const auto& node : nodes) out.push_back(*node.value);
  return out;
}

json paths_of(const std::vector<json_path::Node>& nodes) {
  json out = json::array();
  for (const auto& node : nodes) out.push_back(json_path::normalized_path(node.location));
  return out;
}

// A case has one right answer, or several where the order of an object's members is open.
bool is_right(const json& test, const char* one, const char* several, const json& got) {
  if (test.contains(one)) return test.at(one) == got;
  return std::ranges::count(test.at(several), got) > 0;
}

}  // namespace

TEST_CASE("every case of the JSONPath compliance test suite") {
  std::ifstream file(LEDGER_SOURCE_DIR "/tests/domain/data/jsonpath_compliance/cts.json");
  const json suite = json::parse(file);
  REQUIRE(suite.at("tests").size() == 703);
  for (const auto& test : suite.at("tests")) {
    CAPTURE(test.at("name").get<std::string>());
    CAPTURE(test.at("selector").get<std::string>());
    const auto query = json_path::parse(test.at("selector").get<std::string>());
    const bool invalid = test.value("invalid_selector", false);
    CHECK(query.has_value() != invalid);
    if (!query || invalid) continue;
    const auto selected = select(*query, test.at("document"));
    REQUIRE(selected.has_value());
    CHECK(is_right(test, "result", "results", values_of(*selected)));
    CHECK(is_right(test, "result_paths", "results_paths", paths_of(*selected)));
  }
}
