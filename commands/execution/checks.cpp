#include "commands/execution/checks.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

#include "domain/execution/limits.hpp"

namespace ledger::execution {
namespace {

bool is_kind_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

void check_kind(const std::string& field, std::string_view kind, FieldChecks& checks) {
  checks.text(field, kind, 1, limits::kTokenKindCharacters);
  if (!std::all_of(kind.begin(), kind.end(), is_kind_character)) checks.add(field, "a kind of tokens is made of a-z, 0-9, '_', '.' and '-'");
}

void check_cost(const std::string& field, Money cost, FieldChecks& checks) {
  if (cost.micros < 0) checks.add(field, "must not be negative");
  if (cost.micros > limits::kCostMicros) checks.add(field, "must be at most " + to_text(Money{limits::kCostMicros}));
}

void check_usage(const TokenUsage& usage, FieldChecks& checks) {
  checks.count("token_usage", usage.tokens.size() + usage.cost.size(), limits::kTokenKinds, "kinds");
  std::uint64_t largest = 0;
  for (const auto& [kind, tokens] : usage.tokens) {
    check_kind("token_usage." + kind, kind, checks);
    if (tokens > limits::kTokens) checks.add("token_usage." + kind, "must be at most " + std::to_string(limits::kTokens));
    largest = std::max(largest, tokens);
  }
  if (usage.total > limits::kTokens) checks.add("token_usage.total", "must be at most " + std::to_string(limits::kTokens));
  if (usage.total > 0 && usage.total < largest) checks.add("token_usage.total", "is less than one of the kinds that it is the total of");
  for (const auto& [kind, cost] : usage.cost) {
    check_kind("token_usage.cost_usd." + kind, kind, checks);
    check_cost("token_usage.cost_usd." + kind, cost, checks);
  }
}

}  // namespace

void check_request(const Request& request, FieldChecks& checks) {
  checks.text("request_id", request.request_id, 1, limits::kIdCharacters);
  checks.text("label", request.label, 0, limits::kLabelCharacters);
  checks.text("ab_test_id", request.ab_test, 0, limits::kIdCharacters);
  checks.text("provider", request.provider, 0, limits::kProviderCharacters);
  checks.text("model", request.model, 1, limits::kModelCharacters);
  checks.text("user", request.user, 0, limits::kIdCharacters);
  checks.text("session", request.session, 0, limits::kIdCharacters);
  checks.text("trace_id", request.trace_id, 0, limits::kIdCharacters);
  checks.text("edge_function_id", request.edge_function_id, 0, limits::kIdCharacters);
  checks.text("subject", request.inputs.subject, 0, limits::kIdCharacters);
  if (!request.inputs.sealed() && kind(JsonText{request.inputs.text}) != JsonKind::object) checks.add("inputs", "must be an object");
  if (request.inputs.text.size() > limits::kTextBytes) checks.add("inputs", "takes more than " + std::to_string(limits::kTextBytes) + " bytes");
  if (kind(request.context) != JsonKind::object) checks.add("context", "must be an object");
  if (request.context.text.size() > limits::kContextBytes) checks.add("context", "takes more than " + std::to_string(limits::kContextBytes) + " bytes");
}

void check_ending(const Ending& ending, FieldChecks& checks) {
  checks.text_of_any_size("output", ending.output.text, FieldChecks::Controls::any);
  if (ending.output.text.size() > limits::kTextBytes) checks.add("output", "takes more than " + std::to_string(limits::kTextBytes) + " bytes");
  checks.text("error", ending.error, 0, limits::kErrorCharacters, FieldChecks::Controls::any);
  check_usage(ending.usage, checks);
  check_cost("cost_usd", ending.cost, checks);
  if (ending.latency_ms && (*ending.latency_ms == 0 || *ending.latency_ms > limits::kLatencyMs)) {
    checks.add("latency_ms", "must be a whole number of milliseconds from 1 to " + std::to_string(limits::kLatencyMs));
  }
}

void check_checked(const Checked& checked, FieldChecks& checks) {
  if (checked.output && checked.output->text.size() > limits::kTextBytes) {
    checks.add("validated_output", "takes more than " + std::to_string(limits::kTextBytes) + " bytes");
  }
  if (checked.output && checked.status != Validation::passed && checked.status != Validation::failed) {
    checks.add("validated_output", "belongs to a validation that passed or failed");
  }
}

Ending settled(Ending ending, Timestamp started_at, Timestamp completed_at) {
  if (ending.usage.total == 0) {
    for (const auto& [kind, tokens] : ending.usage.tokens) ending.usage.total += tokens;
  }
  if (!ending.latency_ms) {
    const auto took = std::chrono::ceil<std::chrono::milliseconds>(completed_at - started_at).count();
    ending.latency_ms = static_cast<std::uint32_t>(std::clamp<std::int64_t>(took, 1, limits::kLatencyMs));
  }
  return ending;
}

}  // namespace ledger::execution
