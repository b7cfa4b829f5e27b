#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "domain/json_path/location.hpp"
#include "domain/json_path/query.hpp"
#include "domain/result.hpp"

namespace ledger::json_path {

// Bounds of one selection. A step is a node that is looked at, a value that is compared, or an instruction of a pattern.
struct Limits {
  std::size_t steps = 1'000'000;
  std::size_t nodes = 100'000;  // that are selected
};

struct Node {
  const nlohmann::json* value = nullptr;  // in the document
  Location location;
};

// What a query selects, in the order of RFC 9535. The sentence says which limit was met. Documents come from a parser that bounds their depth.
Result<std::vector<Node>, std::string> select(const Query& query, const nlohmann::json& document, const Limits& limits = {});

}  // namespace ledger::json_path
