#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/json_path/fault.hpp"
#include "domain/json_path/query.hpp"
#include "domain/json_path/select.hpp"
#include "domain/result.hpp"

namespace ledger::replay {

// What a path names in a document: a JSONPath (RFC 9535), which begins with $, or a JSON Pointer (RFC 6901), which is empty or begins with /.
class Path {
 public:
  static Result<Path, json_path::Fault> parse(std::string_view text);

  // The sentence says which bound of json_path::Limits was met.
  Result<std::vector<json_path::Node>, std::string> select(const nlohmann::json& document) const;

 private:
  friend class Expression;
  using Tokens = std::vector<std::string>;  // of a JSON Pointer
  explicit Path(std::variant<json_path::Query, Tokens> is) : is_(std::move(is)) {}

  std::variant<json_path::Query, Tokens> is_;
};

// A question to a state that is answered by yes or no:
//
//   /status == "published"                a JSON Pointer and a comparison
//   $.labels.production.version >= 3      a JSONPath and a comparison
//   $..template contains "JSON"           text in a text, an element in an array, or a member's name in an object
//   /deleted_at                           a path alone: it names something that is neither false nor null
//
// Comparisons are == != < <= > >= and contains; what a path is compared with is a JSON value. A path that names several values asks whether any of
// them is so; one that names none is answered by no, with != too. A JSON Pointer ends at a blank: for a name with blanks there is JSONPath.
class Expression {
 public:
  static Result<Expression, json_path::Fault> parse(std::string_view text);

  Result<bool, std::string> holds_in(const nlohmann::json& state) const;

 private:
  enum class By : std::uint8_t { equal, not_equal, less, at_most, greater, at_least, contains };
  struct Comparison {
    By by;
    std::shared_ptr<const nlohmann::json> with;
  };
  static Result<Comparison, json_path::Fault> parse_comparison(std::string_view text, std::size_t at);
  static bool is_so(const nlohmann::json& value, const Comparison& comparison, std::size_t& steps);
  Expression(Path path, std::optional<Comparison> comparison) : path_(std::move(path)), comparison_(std::move(comparison)) {}

  Path path_;
  std::optional<Comparison> comparison_;
};

}  // namespace ledger::replay
