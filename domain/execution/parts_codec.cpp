#include "domain/execution/parts_codec.hpp"

#include <stdexcept>

#include "domain/json_members.hpp"
#include "domain/personal_text_json.hpp"

namespace ledger::execution {
namespace {

using nlohmann::json;

Money money_from_json(const json& in) {
  const auto amount = parse_money(in.get_ref<const std::string&>());
  if (!amount) throw std::invalid_argument{"not an amount"};
  return *amount;
}

}  // namespace

json request_to_json(const Request& request) {
  json out{{"request_id", request.request_id},
           {"prompt", request.prompt},
           {"version", request.version},
           {"priority", to_text(request.priority)},
           {"provider", request.provider},
           {"model", request.model}};
  put(out, "label", request.label);
  put(out, "ab_test", request.ab_test);
  put_personal(out, "inputs", request.inputs, PersonalAs::json);
  out["context"] = json::parse(request.context.text);
  put(out, "user", request.user);
  put(out, "session", request.session);
  put(out, "trace_id", request.trace_id);
  put(out, "edge_function_id", request.edge_function_id);
  return out;
}

Request request_from_json(const json& in) {
  return {.request_id = in.at("request_id").get<std::string>(),
          .prompt = in.at("prompt").get<std::string>(),
          .version = in.at("version").get<prompt::VersionNumber>(),
          .label = text(in, "label"),
          .ab_test = text(in, "ab_test"),
          .priority = choice_from_json(in.at("priority"), parse_priority),
          .provider = in.at("provider").get<std::string>(),
          .model = in.at("model").get<std::string>(),
          .inputs = find_personal(in, "inputs", PersonalAs::json),   // always there, be it {}
          .context = {in.at("context").dump()},
          .user = text(in, "user"),
          .session = text(in, "session"),
          .trace_id = text(in, "trace_id"),
          .edge_function_id = text(in, "edge_function_id")};
}

json usage_to_json(const TokenUsage& usage) {
  json out{{"total", usage.total}};
  if (!usage.tokens.empty()) out["tokens"] = usage.tokens;
  for (const auto& [kind, cost] : usage.cost) out["cost_usd"][kind] = to_text(cost);
  return out;
}

TokenUsage usage_from_json(const json& in) {
  TokenUsage usage;
  usage.total = in.at("total").get<std::uint64_t>();
  if (const auto tokens = in.find("tokens"); tokens != in.end()) tokens->get_to(usage.tokens);
  if (const auto cost = in.find("cost_usd"); cost != in.end()) {
    for (const auto& [kind, amount] : cost->items()) usage.cost.emplace(kind, money_from_json(amount));
  }
  return usage;
}

json ending_to_json(const Ending& ending) {
  json out{{"cost_usd", to_text(ending.cost)}, {"token_usage", usage_to_json(ending.usage)}};
  put_personal(out, "output", ending.output);
  put(out, "error", ending.error);
  put(out, "latency_ms", ending.latency_ms);
  return out;
}

Ending ending_from_json(const json& in) {
  Ending ending;
  ending.output = find_personal(in, "output");
  ending.error = text(in, "error");
  ending.cost = money_from_json(in.at("cost_usd"));
  ending.latency_ms = find<std::uint32_t>(in, "latency_ms");
  ending.usage = usage_from_json(in.at("token_usage"));
  return ending;
}

json checked_to_json(const Checked& checked) {
  json out{{"status", to_text(checked.status)}};
  if (checked.output) out["output"] = json::parse(checked.output->text);
  return out;
}

Checked checked_from_json(const json& in) {
  Checked checked{choice_from_json(in.at("status"), parse_validation), {}};
  if (const auto output = in.find("output"); output != in.end()) checked.output = JsonText{output->dump()};
  return checked;
}

}  // namespace ledger::execution
