#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "domain/recorded_event.hpp"
#include "domain/settings/settings.hpp"
#include "tests/support/spec.hpp"

// A stream to test dumps and replay with, and files to put it in.
namespace ledger::test {

// What happened to the settings of a workspace: these labels were protected, one after the other.
inline std::vector<RecordedEvent> labels_protected(const std::string& id, const std::vector<std::string>& labels) {
  std::vector<RecordedEvent> events;
  for (const auto& label : labels) {
    const auto encoded = settings::encode(settings::LabelProtected{label});
    auto& event = events.emplace_back();
    event.type = encoded.type;
    event.data = encoded.data;
    event.stream = {"settings", id};
    event.sequence = events.size();
    event.meta = spec::meta_at(events.size());
    event.partition_key = "ws/w1";
  }
  return events;
}

// There for as long as this lives.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text) { std::ofstream(path, std::ios::binary) << text; }
  ~TemporaryFile() { std::filesystem::remove(path); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string path = (std::filesystem::temp_directory_path() / ("promptledger-test-" + std::to_string(reinterpret_cast<std::uintptr_t>(this)))).string();
};

inline std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

}  // namespace ledger::test
