#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/json_path/regexp.hpp"
#include "domain/result.hpp"

// JSONPath (RFC 9535) as data: what parse.hpp reads and select.hpp follows. Immutable once read; copies share what is recursive.
namespace ledger::json_path {

struct Condition;

// What a segment selects among the children of a node.
struct Name {
  std::string name;
};
struct Wildcard {};
struct Index {
  std::int64_t index = 0;  // negative: from the end
};
struct Slice {
  std::optional<std::int64_t> start = {}, end = {};
  std::int64_t step = 1;
};
struct Filter {
  std::shared_ptr<const Condition> condition;
};
using Selector = std::variant<Name, Wildcard, Index, Slice, Filter>;

struct Segment {
  bool descendants = false;  // of the node and of everything below it
  std::vector<Selector> selectors = {};
};

struct Query {
  bool from_root = true;  // else from the node that a filter looks at
  std::vector<Segment> segments = {};

  // At most one node, whatever the document: only names and indexes, one each.
  bool is_singular() const;
};

enum class Function : std::uint8_t { length, count, match, search, value };

struct Operand;

// Well-typed: the parser refuses everything else.
struct Call {
  Function function = Function::length;
  std::vector<Operand> arguments;
  std::optional<Regexp> pattern = {};  // of match and search, when the pattern stands in the query and is one
};
struct Literal {
  std::shared_ptr<const nlohmann::json> value;
};
struct Operand {
  std::variant<Literal, Query, Call> is;
};

enum class Comparator : std::uint8_t { equal, not_equal, less, at_most, greater, at_least };

struct Comparison {
  Operand left;
  Comparator by = Comparator::equal;
  Operand right;
};
// A query that selects anything, or a match or search that succeeds.
struct Test {
  Operand of;
};
struct Not {
  std::shared_ptr<const Condition> of;
};
struct All {
  std::vector<Condition> of;
};
struct Any {
  std::vector<Condition> of;
};
struct Condition {
  std::variant<Comparison, Test, Not, All, Any> is;
};

}  // namespace ledger::json_path
