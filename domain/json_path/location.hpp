#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace ledger::json_path {

// Where a node is: the members' names and the elements' indexes on the way to it from the root.
using Step = std::variant<std::string, std::size_t>;
using Location = std::vector<Step>;

// As RFC 9535, section 2.7 writes it: $['labels']['production'][0].
std::string normalized_path(const Location& location);

// As RFC 6901 writes it: /labels/production/0. The root is the empty text.
std::string json_pointer(const Location& location);

}  // namespace ledger::json_path
