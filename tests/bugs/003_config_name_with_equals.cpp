// Found by fuzzing (config_file): {"kafka_property": {"ssl.ca=x": "y"}} set the property "ssl.ca" to "x=y", a name that
// nobody wrote.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "infra/config/file.hpp"

TEST_CASE("a name with an equals sign in the configuration file is refused, not split") {
  const auto path = std::filesystem::temp_directory_path() / "promptledger_bug_003.json";
  std::ofstream(path) << R"({"kafka_property": {"ssl.ca=x": "y"}})";
  const auto entries = ledger::config::read_file(path.string());
  std::filesystem::remove(path);
  REQUIRE_FALSE(entries.has_value());
  CHECK(entries.error().find("ssl.ca=x") != std::string::npos);
}
