#pragma once

#include <string_view>

#include "domain/json_path/fault.hpp"
#include "domain/json_path/query.hpp"
#include "domain/result.hpp"

namespace ledger::json_path {

inline constexpr std::size_t kQueryBytes = 4096;  // of one query
inline constexpr int kQueryNesting = 32;          // filters, parentheses and arguments within each other

// Reads a whole text as a JSONPath of RFC 9535, its functions included, and checks that it is well-typed.
Result<Query, Fault> parse(std::string_view text);

// A query that more may follow: read as far as it goes.
struct Beginning {
  Query query;
  std::size_t bytes = 0;  // that the query takes
};
Result<Beginning, Fault> parse_beginning(std::string_view text);

}  // namespace ledger::json_path
