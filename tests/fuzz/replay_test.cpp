#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {
namespace {

namespace fs = std::filesystem;

const fs::path kCorpus = fs::path(LEDGER_SOURCE_DIR) / "tests/fuzz/corpus";

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST_CASE("every input that is kept in a corpus keeps its reader's promises") {
  for (const Target& target : kTargets) {
    std::size_t inputs = 0;
    for (const auto& entry : fs::directory_iterator(kCorpus / target.name)) {
      CAPTURE(entry.path().string());
      CHECK_NOTHROW(target.run(contents(entry.path())));
      ++inputs;
    }
    CAPTURE(target.name);
    CHECK(inputs > 0);
  }
}

TEST_CASE("every reader also stands nothing at all, and every single byte") {
  for (const Target& target : kTargets) {
    CAPTURE(target.name);
    CHECK_NOTHROW(target.run(""));
    for (int byte = 0; byte < 256; ++byte) {
      const char text = static_cast<char>(byte);
      CHECK_NOTHROW(target.run({&text, 1}));
    }
  }
}

TEST_CASE("every corpus belongs to a target") {
  for (const auto& entry : fs::directory_iterator(kCorpus)) {
    const std::string name = entry.path().filename().string();
    CAPTURE(name);
    CHECK(std::ranges::any_of(kTargets, [&](const Target& target) { return target.name == name; }));
  }
}

}  // namespace
}  // namespace ledger::fuzz
