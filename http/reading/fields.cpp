#include "http/reading/fields.hpp"

#include <algorithm>

#include "http/reading/json_reader.hpp"

namespace ledger::http {

using nlohmann::json;

namespace {

// Nobody reads more, and a body of a million unknown fields must not cost a million comparisons with them.
constexpr std::size_t kMaxErrors = 50;

}  // namespace

Fields::Fields(const JsonDocument& document) : Fields(document.value, document, "", nullptr) {}

Fields::Fields(const json& object, const JsonDocument& document, std::string path, std::vector<FieldError>* errors)
    : object_(object), document_(document), path_(std::move(path)), errors_(errors != nullptr ? errors : &own_errors_), is_object_(object.is_object()) {
  if (is_object_) return;
  const std::string name = path_.empty() ? "body" : path_.substr(0, path_.size() - 1);
  errors_->push_back({name, "must be a JSON object"});
}

bool Fields::has(std::string_view name) const { return is_object_ && object_.contains(name); }

void Fields::refuse(std::string_view name, std::string detail) {
  if (errors_->size() >= kMaxErrors) return;
  FieldError error{path_ + std::string(name), std::move(detail)};
  if (std::ranges::find(*errors_, error) == errors_->end()) errors_->push_back(std::move(error));
}

bool Fields::is_null(std::string_view name) {
  const json* const value = find(name);
  return value != nullptr && value->is_null();
}

const json* Fields::find(std::string_view name) {
  asked_.emplace_back(name);
  if (!is_object_) return nullptr;
  const auto found = object_.find(name);
  return found == object_.end() ? nullptr : &*found;
}

const json* Fields::required(std::string_view name) {
  const json* const value = find(name);
  if (value == nullptr && is_object_) refuse(name, "is missing");
  return value;
}

std::optional<std::string> Fields::optional_string(std::string_view name) {
  const json* const value = find(name);
  if (value == nullptr) return std::nullopt;
  if (const auto* text = value->get_ptr<const std::string*>()) return *text;
  refuse(name, "must be a string");
  return std::nullopt;
}

std::string Fields::required_string(std::string_view name) {
  return required(name) == nullptr ? std::string() : optional_string(name).value_or("");
}

std::optional<std::optional<std::string>> Fields::nullable_string(std::string_view name) {
  const json* const value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_null()) return std::optional<std::string>();
  if (const auto* text = value->get_ptr<const std::string*>()) return std::optional(*text);
  refuse(name, "must be a string or null");
  return std::nullopt;
}

std::optional<std::int64_t> Fields::optional_integer(std::string_view name, std::int64_t min, std::int64_t max) {
  const json* const value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_number_integer() && (!value->is_number_unsigned() || value->get<std::uint64_t>() <= std::uint64_t{INT64_MAX})) {
    const auto number = value->get<std::int64_t>();
    if (number >= min && number <= max) return number;
  }
  refuse(name, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  return std::nullopt;
}

std::int64_t Fields::required_integer(std::string_view name, std::int64_t min, std::int64_t max) {
  return required(name) == nullptr ? 0 : optional_integer(name, min, max).value_or(0);
}

std::optional<double> Fields::optional_number(std::string_view name) {
  const json* const value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return value->get<double>();
  refuse(name, "must be a number");
  return std::nullopt;
}

std::string Fields::number_text(const json& number) const {
  const auto written = document_.digits.find(&number);
  return written != document_.digits.end() ? written->second : number.dump();
}

std::optional<Money> Fields::optional_money(std::string_view name) {
  const json* const value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto amount = [&]() -> std::optional<Money> {
    if (const auto* const text = value->get_ptr<const std::string*>()) return parse_money(*text);
    return value->is_number() ? parse_money(number_text(*value)) : std::nullopt;
  }();
  if (!amount) refuse(name, "must be an amount like 0.0042, as a number or a string, with at most 6 decimals");
  return amount;
}

std::optional<Score> Fields::optional_score(std::string_view name) {
  const json* const value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto score = value->is_number() ? parse_score(number_text(*value)) : std::nullopt;
  if (!score) refuse(name, "must be a number with at most 6 decimals");
  return score;
}

Score Fields::required_score(std::string_view name) {
  return required(name) == nullptr ? Score{} : optional_score(name).value_or(Score{});
}

std::optional<bool> Fields::optional_boolean(std::string_view name) {
  const json* const value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  refuse(name, "must be true or false");
  return std::nullopt;
}

bool Fields::required_boolean(std::string_view name) {
  return required(name) != nullptr && optional_boolean(name).value_or(false);
}

std::optional<Timestamp> Fields::optional_time(std::string_view name) {
  const auto text = optional_string(name);
  if (!text) return std::nullopt;
  const auto time = parse_rfc3339(*text);
  if (!time) refuse(name, "must be a time like 2026-01-31T12:00:00Z (RFC 3339)");
  return time;
}

std::optional<std::vector<std::string>> Fields::optional_strings(std::string_view name) {
  const json* const array = optional_array(name);
  if (array == nullptr) return std::nullopt;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < array->size(); ++i) {
    if (const auto* text = (*array)[i].get_ptr<const std::string*>()) {
      texts.push_back(*text);
    } else {
      refuse(std::string(name) + "[" + std::to_string(i) + "]", "must be a string");
    }
  }
  return texts;
}

const json* Fields::optional_object(std::string_view name) {
  const json* const value = find(name);
  if (value == nullptr || value->is_object()) return value;
  refuse(name, "must be an object");
  return nullptr;
}

const json* Fields::required_object(std::string_view name) { return required(name) == nullptr ? nullptr : optional_object(name); }

const json* Fields::optional_array(std::string_view name) {
  const json* const value = find(name);
  if (value == nullptr || value->is_array()) return value;
  refuse(name, "must be an array");
  return nullptr;
}

const json* Fields::required_array(std::string_view name) { return required(name) == nullptr ? nullptr : optional_array(name); }

const json* Fields::optional_any(std::string_view name) { return find(name); }

Fields Fields::inside(const json& object, std::string_view path) {
  return Fields(object, document_, path_ + std::string(path) + ".", errors_);
}

void Fields::no_more() {
  if (!is_object_) return;
  for (const auto& [name, value] : object_.items()) {
    if (std::ranges::find(asked_, name) == asked_.end()) refuse(name, "is not a field of this request");
  }
}

Result<void, Problem> Fields::done() {
  no_more();
  if (errors_->empty()) return {};
  Problem result = problem(Code::invalid, errors_->front().field + " " + errors_->front().detail + ".");
  if (errors_->size() > 1) result.detail = std::to_string(errors_->size()) + " fields are not valid: see errors.";
  result.errors = *errors_;
  return tl::unexpected(std::move(result));
}

}  // namespace ledger::http
