// Found by fuzzing (config_file): a number beyond double in the configuration file ended the program with the JSON
// library's own words, because it throws that as another kind of exception than text that is no JSON.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "infra/config/file.hpp"

TEST_CASE("a number that is too large in the configuration file is refused with a sentence") {
  const auto path = std::filesystem::temp_directory_path() / "promptledger_bug_001.json";
  std::ofstream(path) << R"({"http_port": 1e999})";
  const auto entries = ledger::config::read_file(path.string());
  std::filesystem::remove(path);
  REQUIRE_FALSE(entries.has_value());
  CHECK(entries.error().find("configuration file " + path.string()) == 0);
  CHECK(entries.error().find("number") != std::string::npos);
}
