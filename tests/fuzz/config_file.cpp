#include "infra/config/file.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "domain/json.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {
namespace {

using config::FileEntry;

// A file in memory: thousands are read in a second.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view text) : descriptor_(memfd_create("config", MFD_CLOEXEC)) {
    expect(write(descriptor_, text.data(), text.size()) == static_cast<ssize_t>(text.size()),
           "the test can write its file");
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

nlohmann::json written(const FileEntry& entry) {
  switch (entry.shape) {
    case config::Shape::text:
      return entry.values.at(0);
    case config::Shape::number:
      return nlohmann::json::parse(entry.values.at(0));
    case config::Shape::pairs:
      break;
  }
  auto pairs = nlohmann::json::object();
  for (const auto& pair : entry.values) pairs[pair.substr(0, pair.find('='))] = pair.substr(pair.find('=') + 1);
  return pairs;
}

bool same(const FileEntry& a, const FileEntry& b) {
  return a.key == b.key && a.shape == b.shape && a.values == b.values;
}

}  // namespace

void config_file(std::string_view input) {
  const auto entries = config::read_file(MemoryFile(input).path());
  if (!entries) {
    expect(!entries.error().empty(), "a refused file is told why");
    return;
  }
  auto document = nlohmann::json::object();
  for (const auto& entry : *entries) {
    expect(!document.contains(entry.key), "no key comes twice");
    document[entry.key] = written(entry);
  }
  const auto again = config::read_file(MemoryFile(document.dump()).path());
  expect(again && std::ranges::equal(*entries, *again, same), "settings survive being written to a file");
}

}  // namespace ledger::fuzz
