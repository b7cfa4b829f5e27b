#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/money.hpp"
#include "domain/result.hpp"
#include "domain/score.hpp"
#include "domain/time.hpp"
#include "http/problem.hpp"

namespace ledger::http {

struct JsonDocument;

// Reads a JSON object field by field and collects everything that is wrong with it: missing fields, wrong types, and (in done) fields that
// nobody asked for. After an error a reader returns an empty value, so a handler reads all of them and then asks once:
//
//   Fields fields(request.body());
//   const auto name = fields.required_string("name");
//   const auto tags = fields.optional_strings("tags");
//   if (auto ok = fields.done(); !ok) return tl::unexpected(ok.error());
//
// The document must outlive it. A null is not the absence of a field: it is a wrong type, but where a reader says otherwise.
class Fields {
 public:
  explicit Fields(const JsonDocument& document);

  std::string required_string(std::string_view name);
  std::optional<std::string> optional_string(std::string_view name);
  // Absent: nothing. Null: an empty optional inside. For fields that a PUT may take away.
  std::optional<std::optional<std::string>> nullable_string(std::string_view name);

  std::int64_t required_integer(std::string_view name, std::int64_t min, std::int64_t max);
  std::optional<std::int64_t> optional_integer(std::string_view name, std::int64_t min, std::int64_t max);
  std::optional<double> optional_number(std::string_view name);
  // A number or a string, read from its digits: exact to the sixth decimal.
  std::optional<Money> optional_money(std::string_view name);
  // A number, read from its digits: exact to the sixth decimal.
  std::optional<Score> optional_score(std::string_view name);
  Score required_score(std::string_view name);
  bool required_boolean(std::string_view name);
  std::optional<bool> optional_boolean(std::string_view name);
  std::optional<Timestamp> optional_time(std::string_view name);

  std::optional<std::vector<std::string>> optional_strings(std::string_view name);
  const nlohmann::json* required_object(std::string_view name);        // null after an error
  const nlohmann::json* optional_object(std::string_view name);
  const nlohmann::json* required_array(std::string_view name);
  const nlohmann::json* optional_array(std::string_view name);
  const nlohmann::json* optional_any(std::string_view name);

  template <class E>
  std::optional<E> optional_choice(std::string_view name, std::span<const std::pair<std::string_view, E>> choices) {
    const auto given = optional_string(name);
    if (!given) return std::nullopt;
    std::string known;
    for (const auto& [word, value] : choices) {
      if (word == *given) return value;
      known += (known.empty() ? "" : ", ") + std::string(word);
    }
    refuse(name, "must be one of " + known);
    return std::nullopt;
  }
  template <class E>
  E required_choice(std::string_view name, std::span<const std::pair<std::string_view, E>> choices) {
    if (!has(name)) refuse(name, "is missing");
    return optional_choice(name, choices).value_or(E{});
  }

  // Absent: nothing. Null: an empty optional inside.
  template <class E>
  std::optional<std::optional<E>> nullable_choice(std::string_view name, std::span<const std::pair<std::string_view, E>> choices) {
    if (is_null(name)) return std::optional<E>();
    const auto given = optional_choice(name, choices);
    if (!given) return std::nullopt;
    return std::optional<std::optional<E>>(given);
  }

  // For fields that may be taken away: asks for the field.
  bool is_null(std::string_view name);
  bool has(std::string_view name) const;
  void refuse(std::string_view name, std::string detail);

  // A reader of something inside (`variables[2]`, `config`), whose errors go to this one. Finish it with no_more(), before this one's done().
  Fields inside(const nlohmann::json& object, std::string_view path);
  // Refuses the fields that nobody asked for.
  void no_more();
  // no_more(), then 422 with all errors, if there are any.
  Result<void, Problem> done();

 private:
  Fields(const nlohmann::json& object, const JsonDocument& document, std::string path, std::vector<FieldError>* errors);
  const nlohmann::json* find(std::string_view name);
  const nlohmann::json* required(std::string_view name);
  // A number of this object as it was written.
  std::string number_text(const nlohmann::json& number) const;

  const nlohmann::json& object_;
  const JsonDocument& document_;         // that it is in
  std::string path_;                     // "" or "config."
  std::vector<FieldError> own_errors_;
  std::vector<FieldError>* errors_;      // own_errors_, or the outer reader's
  std::vector<std::string> asked_;
  bool is_object_;

 public:
  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;
};

}  // namespace ledger::http
