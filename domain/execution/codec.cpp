#include "domain/execution/codec.hpp"

#include <stdexcept>
#include <utility>

#include "domain/event_codec.hpp"
#include "domain/json.hpp"
#include "domain/personal_text_json.hpp"

namespace ledger::execution {
namespace {

using nlohmann::json;

// Members that say nothing are not written: an absent text is empty.
void put(json& out, const char* member, const std::string& text) {
  if (!text.empty()) out[member] = text;
}
void put(json& out, const char* member, const std::optional<Timestamp>& time) {
  if (time) out[member] = to_rfc3339(*time);
}

std::string text(const json& in, const char* member) {
  const auto found = in.find(member);
  return found == in.end() ? std::string{} : found->get<std::string>();
}

Timestamp time_from_json(const json& in) {
  const auto time = parse_rfc3339(in.get_ref<const std::string&>());
  if (!time) throw std::invalid_argument{"not a time"};
  return *time;
}

std::optional<Timestamp> find_time(const json& in, const char* member) {
  const auto found = in.find(member);
  return found == in.end() ? std::nullopt : std::optional{time_from_json(*found)};
}

Money money_from_json(const json& in) {
  const auto amount = parse_money(in.get_ref<const std::string&>());
  if (!amount) throw std::invalid_argument{"not an amount"};
  return *amount;
}

template <class Choice>
Choice choice_from_json(const json& in, std::optional<Choice> (*parse)(std::string_view)) {
  const auto choice = parse(in.get_ref<const std::string&>());
  if (!choice) throw std::invalid_argument{"unknown word " + in.dump()};
  return *choice;
}

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
  if (ending.latency_ms) out["latency_ms"] = *ending.latency_ms;
  return out;
}

Ending ending_from_json(const json& in) {
  Ending ending;
  ending.output = find_personal(in, "output");
  ending.error = text(in, "error");
  ending.cost = money_from_json(in.at("cost_usd"));
  if (const auto found = in.find("latency_ms"); found != in.end()) ending.latency_ms = found->get<std::uint32_t>();
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

template <class E>
struct Codec;

template <>
struct Codec<Requested> {
  static constexpr std::string_view kType = "execution.requested";
  static constexpr int kVersion = 1;
  static json encode(const Requested& e) { return {{"request", request_to_json(e.request)}}; }
  static Requested decode(const json& in, int) { return {request_from_json(in.at("request"))}; }
};

template <>
struct Codec<Recorded> {
  static constexpr std::string_view kType = "execution.recorded";
  static constexpr int kVersion = 1;
  static json encode(const Recorded& e) {
    json out{{"request", request_to_json(e.request)},
             {"status", to_text(e.status)},
             {"created_at", to_rfc3339(e.created_at)},
             {"ending", ending_to_json(e.ending)},
             {"validation", checked_to_json(e.checked)}};
    put(out, "started_at", e.started_at);
    put(out, "completed_at", e.completed_at);
    return out;
  }
  static Recorded decode(const json& in, int) {
    return {.request = request_from_json(in.at("request")),
            .status = choice_from_json(in.at("status"), parse_status),
            .created_at = time_from_json(in.at("created_at")),
            .started_at = find_time(in, "started_at"),
            .completed_at = find_time(in, "completed_at"),
            .ending = ending_from_json(in.at("ending")),
            .checked = checked_from_json(in.at("validation"))};
  }
};

template <>
struct Codec<Started> {
  static constexpr std::string_view kType = "execution.started";
  static constexpr int kVersion = 1;
  static json encode(const Started&) { return json::object(); }
  static Started decode(const json&, int) { return {}; }
};

template <>
struct Codec<Completed> {
  static constexpr std::string_view kType = "execution.completed";
  static constexpr int kVersion = 1;
  static json encode(const Completed& e) { return {{"ending", ending_to_json(e.ending)}}; }
  static Completed decode(const json& in, int) { return {ending_from_json(in.at("ending"))}; }
};

template <>
struct Codec<Failed> {
  static constexpr std::string_view kType = "execution.failed";
  static constexpr int kVersion = 1;
  static json encode(const Failed& e) { return {{"ending", ending_to_json(e.ending)}}; }
  static Failed decode(const json& in, int) { return {ending_from_json(in.at("ending"))}; }
};

template <>
struct Codec<Cancelled> {
  static constexpr std::string_view kType = "execution.cancelled";
  static constexpr int kVersion = 1;
  static json encode(const Cancelled&) { return json::object(); }
  static Cancelled decode(const json&, int) { return {}; }
};

template <>
struct Codec<Validated> {
  static constexpr std::string_view kType = "execution.validated";
  static constexpr int kVersion = 1;
  static json encode(const Validated& e) { return {{"validation", checked_to_json(e.checked)}}; }
  static Validated decode(const json& in, int) { return {checked_from_json(in.at("validation"))}; }
};

template <>
struct Codec<LogAppended> {
  static constexpr std::string_view kType = "execution.log_appended";
  static constexpr int kVersion = 1;
  static json encode(const LogAppended& e) {
    return {{"level", to_text(e.level)}, {"message", e.message}, {"data", json::parse(e.data.text)}};
  }
  static LogAppended decode(const json& in, int) {
    return {choice_from_json(in.at("level"), parse_log_level), in.at("message").get<std::string>(), {in.at("data").dump()}};
  }
};

using Codecs = EventCodec<Codec, Event>;

}  // namespace

EncodedEvent encode(const Event& event) { return Codecs::encode(event); }
Result<Event, std::string> decode(std::string_view type, std::string_view data) { return Codecs::decode(type, data); }
std::vector<std::string> event_types() { return Codecs::types(); }

bool is_log_line(std::string_view type) {
  const auto name = parse_type_name(type);
  return name && name->name == Codec<LogAppended>::kType;
}

std::string encode_usage(const TokenUsage& usage) { return usage_to_json(usage).dump(); }
TokenUsage decode_usage(std::string_view text) { return usage_from_json(json::parse(text)); }

}  // namespace ledger::execution
