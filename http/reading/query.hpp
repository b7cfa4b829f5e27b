#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/result.hpp"
#include "domain/time.hpp"
#include "http/problem.hpp"

namespace ledger::http {

// The parameters behind the `?`, decoded, in the order given. A name may come several times.
using QueryParameters = std::vector<std::pair<std::string, std::string>>;

// Decodes `%XX`, and `+` as a space where asked. Nothing for a broken escape, for a NUL and for what is not UTF-8.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space);
// Nothing when a part cannot be decoded.
std::optional<QueryParameters> parse_query(std::string_view text);

struct Page {
  std::int64_t limit = 50;
  std::optional<std::string> cursor;
};

// Reads parameters by type and collects what is wrong with them. Every parameter must be asked for, or done() refuses it as unknown.
//
//   Query query(request.query());
//   const auto status = query.choice<Status>("status", kStatuses);
//   const auto page = query.page();
//   if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
class Query {
 public:
  static constexpr std::int64_t kDefaultLimit = 50;
  static constexpr std::int64_t kMaxLimit = 500;

  explicit Query(const QueryParameters& parameters);

  std::optional<std::string> text(std::string_view name);              // the same name twice is an error, here and below
  std::vector<std::string> texts(std::string_view name);               // any number of times
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
  std::optional<bool> boolean(std::string_view name);                  // true or false
  std::optional<Timestamp> time(std::string_view name);
  // All of `prefix<rest>=value`, as (rest, value): `metadata.`, `var.`.
  std::vector<std::pair<std::string, std::string>> prefixed(std::string_view prefix);
  // All that nobody has asked for so far.
  std::vector<std::pair<std::string, std::string>> others();
  Page page();                                                         // ?limit= and ?cursor=

  template <class E>
  std::optional<E> choice(std::string_view name, std::span<const std::pair<std::string_view, E>> choices) {
    const auto given = text(name);
    if (!given) return std::nullopt;
    std::string known;
    for (const auto& [word, value] : choices) {
      if (word == *given) return value;
      known += (known.empty() ? "" : ", ") + std::string(word);
    }
    refuse(name, "must be one of " + known);
    return std::nullopt;
  }

  void refuse(std::string_view name, std::string detail);
  // 422 with every bad and every unknown parameter.
  Result<void, Problem> done();

 private:
  const QueryParameters& parameters_;
  std::vector<bool> asked_;
  std::vector<FieldError> errors_;
};

}  // namespace ledger::http
