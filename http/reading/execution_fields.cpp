#include "http/reading/execution_fields.hpp"

#include <limits>
#include <utility>

#include "domain/execution/limits.hpp"
#include "domain/json.hpp"
#include "http/reading/choices.hpp"
#include "http/reading/subject_fields.hpp"
#include "infra/crypto/uuid.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;

constexpr std::int64_t kVersionMax = std::numeric_limits<std::int32_t>::max();
// Beside the kinds of tokens.
constexpr std::string_view kTotal = "total";
constexpr std::string_view kCosts = "cost_usd";

std::string text(Fields& fields, std::string_view name) { return fields.optional_string(name).value_or(""); }

JsonText object(Fields& fields, std::string_view name) {
  const json* const given = fields.optional_object(name);
  return {given == nullptr ? "{}" : given->dump()};
}

std::optional<JsonText> any_value(Fields& fields, std::string_view name) {
  const json* const given = fields.optional_any(name);
  return given == nullptr ? std::nullopt : std::optional{JsonText{given->dump()}};
}

std::uint64_t tokens(Fields& fields, std::string_view name) {
  return static_cast<std::uint64_t>(fields.optional_integer(name, 0, static_cast<std::int64_t>(execution::limits::kTokens)).value_or(0));
}

std::map<std::string, Money, std::less<>> read_costs(Fields fields, const json& costs) {
  std::map<std::string, Money, std::less<>> read;
  for (const auto& [kind, amount] : costs.items()) read.emplace(kind, fields.optional_money(kind).value_or(Money{}));
  fields.no_more();
  return read;
}

execution::TokenUsage read_usage(Fields fields, const json& given) {
  execution::TokenUsage usage;
  for (const auto& [kind, count] : given.items()) {
    if (kind != kTotal && kind != kCosts) usage.tokens.emplace(kind, tokens(fields, kind));
  }
  usage.total = tokens(fields, kTotal);
  if (const json* const costs = fields.optional_object(kCosts)) usage.cost = read_costs(fields.inside(*costs, kCosts), *costs);
  fields.no_more();
  return usage;
}

execution::Ending read_ending(Fields& fields) {
  execution::Ending ending;
  ending.output.text = text(fields, "output");
  if (const json* const usage = fields.optional_object("token_usage")) ending.usage = read_usage(fields.inside(*usage, "token_usage"), *usage);
  ending.cost = fields.optional_money("cost_usd").value_or(Money{});
  if (const auto latency = fields.optional_integer("latency_ms", 1, execution::limits::kLatencyMs)) ending.latency_ms = static_cast<std::uint32_t>(*latency);
  return ending;
}

execution::Request read_request(Fields& fields) {
  return {.request_id = text(fields, "request_id"),
          .prompt = fields.required_string("prompt_id"),
          .version = 0,                                    // looked up
          .label = text(fields, "label"),
          .ab_test = text(fields, "ab_test_id"),
          .priority = fields.optional_choice<execution::Priority>("priority", words_of(execution::kPriorities)).value_or(execution::Priority::normal),
          .provider = text(fields, "provider"),
          .model = fields.required_string("model"),
          .inputs = {object(fields, "inputs").text, {}},
          .context = object(fields, "context"),
          .user = text(fields, "user"),
          .session = text(fields, "session"),
          .trace_id = text(fields, "trace_id"),
          .edge_function_id = text(fields, "edge_function_id")};
}

}  // namespace

RecordFields read_record(Fields& fields) {
  RecordFields read;
  read.id = fields.optional_string("id");
  if (read.id && !crypto::is_uuid(*read.id)) fields.refuse("id", "must be a UUID in lower case");
  if (const auto version = fields.optional_integer("version", 1, kVersionMax)) read.version = static_cast<prompt::VersionNumber>(*version);
  read.subject = read_subject(fields);
  auto& command = read.command;
  command.request = read_request(fields);
  command.status = fields.optional_choice<execution::Status>("status", words_of(execution::kStatuses)).value_or(execution::Status::completed);
  command.created_at = fields.optional_time("created_at");
  command.started_at = fields.optional_time("started_at");
  command.completed_at = fields.optional_time("completed_at");
  command.ending = read_ending(fields);
  command.ending.error = text(fields, "error");
  command.checked.status = fields.optional_choice<execution::Validation>("validation_status", words_of(execution::kValidations)).value_or(execution::Validation::pending);
  command.checked.output = any_value(fields, "validated_output");
  return read;
}

projections::WantedVersion RecordFields::wanted() const {
  const bool by_label = !version && !command.request.label.empty();
  return {.number = version, .label = by_label ? std::optional(command.request.label) : std::nullopt};
}

execution::RecordContext context_of(const RecordFields& read, const std::optional<projections::NamedVersion>& found) {
  return {.prompt_exists = found.has_value(), .version_exists = found && found->number > 0, .version_named = read.version.has_value()};
}

execution::Complete read_complete(Fields& fields) { return {read_ending(fields)}; }

execution::Fail read_fail(Fields& fields) {
  execution::Fail command{read_ending(fields)};
  command.ending.error = fields.required_string("error");
  return command;
}

execution::Validate read_validate(Fields& fields) {
  return {{fields.required_choice<execution::Validation>("validation_status", words_of(execution::kValidations)), any_value(fields, "validated_output")}};
}

execution::AppendLog read_log_line(Fields& fields) {
  return {fields.optional_choice<execution::LogLevel>("level", words_of(execution::kLogLevels)).value_or(execution::LogLevel::info), fields.required_string("message"), object(fields, "data")};
}

projections::ExecutionFilter read_execution_filter(Query& query) {
  projections::ExecutionFilter filter;
  filter.status = query.choice<execution::Status>("status", words_of(execution::kStatuses));
  filter.priority = query.choice<execution::Priority>("priority", words_of(execution::kPriorities));
  filter.validation = query.choice<execution::Validation>("validation_status", words_of(execution::kValidations));
  filter.prompt = query.text("prompt_id");
  if (const auto version = query.integer("version", 1, kVersionMax)) filter.version = static_cast<prompt::VersionNumber>(*version);
  filter.label = query.text("label");
  filter.ab_test = query.text("ab_test_id");
  filter.provider = query.text("provider");
  filter.model = query.text("model");
  filter.user = query.text("user");
  filter.session = query.text("session");
  filter.trace_id = query.text("trace_id");
  filter.edge_function_id = query.text("edge_function_id");
  filter.request_id = query.text("request_id");
  filter.actor = query.text("actor");
  filter.created_from = query.time("created_from");
  filter.created_until = query.time("created_until");
  return filter;
}

std::optional<execution::LogLevel> read_log_level(Query& query) { return query.choice<execution::LogLevel>("level", words_of(execution::kLogLevels)); }

}  // namespace ledger::http
