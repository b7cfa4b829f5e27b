#pragma once

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "infra/config/table.hpp"

namespace ledger::config {

// One key of the configuration file, its value as texts in the form that a flag has.
struct FileEntry {
  std::string key;
  Shape shape = Shape::text;
  std::vector<std::string> values;     // one; of an object one NAME=VALUE per member
};

// Reads a configuration file: one JSON object, at most 1 MiB. The sentence says what is wrong with the file and where.
tl::expected<std::vector<FileEntry>, std::string> read_file(const std::string& path);

}  // namespace ledger::config
