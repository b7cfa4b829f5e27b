#include "tests/support/example_events.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "domain/json_text.hpp"

namespace ledger {
namespace {

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file{path};
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// promptledger.prompt.created.v1 of promptledger.prompt.created.v1.minimal.json
std::string type_of(const std::string& name) { return name.substr(0, name.find('.', name.rfind(".v") + 1)); }

}  // namespace

std::vector<EncodedEvent> example_events() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator{std::filesystem::path{LEDGER_SOURCE_DIR} / "schemas" / "events" / "examples"}) files.push_back(entry.path());
  std::ranges::sort(files);
  std::vector<EncodedEvent> examples;
  for (const auto& file : files) {
    const auto data = parse_json_text(read_text(file));
    if (!data) throw std::runtime_error{file.filename().string() + ": " + data.error()};
    examples.push_back({type_of(file.filename().string()), data->text});
  }
  return examples;
}

}  // namespace ledger
