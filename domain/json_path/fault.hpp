#pragma once

#include <cstddef>
#include <string>

namespace ledger::json_path {

// What is wrong with a text, and at which of its bytes.
struct Fault {
  std::size_t offset = 0;
  std::string problem;
};

}  // namespace ledger::json_path
