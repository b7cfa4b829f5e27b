#include "projections/sql_files.hpp"

#include <stdexcept>
#include <string>

namespace ledger::projections {

std::string_view sql_file(std::string_view path) {
  for (const auto& file : sql_files()) {
    if (file.path == path) return file.text;
  }
  throw std::logic_error{"no SQL file " + std::string{path} + " was built in"};
}

}  // namespace ledger::projections
