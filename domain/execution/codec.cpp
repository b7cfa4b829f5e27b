#include "domain/execution/codec.hpp"

#include "domain/event_codec.hpp"
#include "domain/execution/parts_codec.hpp"
#include "domain/json_members.hpp"

namespace ledger::execution {
namespace {

using nlohmann::json;

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
