#include "domain/recorded_event.hpp"

#include <charconv>

#include "domain/json.hpp"
#include "domain/json_text.hpp"
#include "domain/percent.hpp"

namespace ledger {
namespace {

using nlohmann::json;

constexpr std::string_view kContentType = "application/json";
constexpr std::string_view kSpecVersion = "1.0";
constexpr std::string_view kSourcePrefix = "/workspaces/";
constexpr std::string_view kReasonFirst = R"({"reason":)";

// The reason goes first, so that open can take it out without parsing the rest.
std::string with_reason(const std::string& data, const std::string& reason) {
  std::string value{kReasonFirst};
  value += json(reason).dump();
  if (data != "{}") value += ',';
  value.append(data, 1);
  return value;
}

// Where the JSON string that begins at `from` ends: behind its closing quote; npos when it has none.
std::size_t end_of_string(std::string_view text, std::size_t from) {
  for (std::size_t at = from + 1; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return std::string_view::npos;
}

struct Data {
  std::string data;
  std::optional<std::string> reason;
};

Result<Data, std::string> parse_and_split(std::string_view value) {
  json document = json::parse(value, nullptr, false);
  if (!document.is_object()) return tl::unexpected(std::string{"the value is not a JSON object"});
  Data out;
  if (const auto reason = document.find("reason"); reason != document.end()) {
    if (!reason->is_string()) return tl::unexpected(std::string{"the value's reason is not a string"});
    out.reason = reason->get<std::string>();
    document.erase(reason);
  }
  out.data = document.dump();
  return out;
}

// Most events have no reason, and ours have it first: those are taken apart without parsing. The codec will find out
// what is no JSON.
Result<Data, std::string> split_reason(std::string_view value) {
  if (value.size() < 2 || value.front() != '{' || value.back() != '}')
    return tl::unexpected(std::string{"the value is not a JSON object"});
  if (nests_deeper_than(value, kEventDepth))
    return tl::unexpected("the value is nested deeper than " + std::to_string(kEventDepth) + " levels");
  if (value.find(R"("reason")") == std::string_view::npos) return Data{std::string{value}, std::nullopt};
  if (!value.starts_with(kReasonFirst) || value.substr(kReasonFirst.size(), 1) != "\"") return parse_and_split(value);
  const std::size_t end = end_of_string(value, kReasonFirst.size());
  if (end == std::string_view::npos) return tl::unexpected(std::string{"the value's reason has no end"});
  const json reason = json::parse(value.substr(kReasonFirst.size(), end - kReasonFirst.size()), nullptr, false);
  if (!reason.is_string()) return tl::unexpected(std::string{"the value's reason is not a string"});
  const std::size_t rest = value[end] == ',' ? end + 1 : end;
  return Data{"{" + std::string{value.substr(rest)}, reason.get<std::string>()};
}

// Reads headers by name and keeps the first thing that was wrong.
class HeaderReader {
 public:
  explicit HeaderReader(const EventHeaders& headers) : headers_(headers) {}

  std::optional<std::string_view> find(std::string_view name) const {
    for (const auto& [key, value] : headers_) {
      if (key == name) return value;
    }
    return std::nullopt;
  }
  std::string_view required(std::string_view name) {
    const auto value = find(name);
    if (!value || value->empty()) fail(name, "is missing");
    return value.value_or("");
  }
  std::string optional(std::string_view name) const { return std::string{find(name).value_or("")}; }
  std::string decoded(std::string_view name, std::string_view value) {
    auto text = percent_decode(value);
    if (!text) fail(name, "is not percent-encoded");
    return std::move(text).value_or("");
  }
  Timestamp time(std::string_view name, std::string_view value) {
    const auto time = parse_rfc3339(value);
    if (!time) fail(name, "is not an RFC 3339 time");
    return time.value_or(Timestamp{});
  }
  void fail(std::string_view name, std::string_view problem) {
    if (error_.empty()) error_.append("header ").append(name).append(" ").append(problem);
  }
  const std::string& error() const { return error_; }

 private:
  const EventHeaders& headers_;
  std::string error_;
};

std::vector<std::string> read_tags(HeaderReader& in) {
  const auto text = in.find("ce_tags");
  if (!text) return {};
  const json tags = json::parse(*text, nullptr, false);
  std::vector<std::string> out;
  const bool is_list = tags.is_array();
  if (is_list) {
    for (const auto& tag : tags) {
      if (!tag.is_string()) break;
      out.push_back(tag.get<std::string>());
    }
  }
  if (!is_list || out.size() != tags.size()) in.fail("ce_tags", "is not a JSON array of strings");
  return out;
}

}  // namespace

std::optional<StreamId> StreamId::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.size()) return std::nullopt;
  if (text.find('/', slash + 1) != std::string_view::npos) return std::nullopt;
  return StreamId{std::string{text.substr(0, slash)}, std::string{text.substr(slash + 1)}};
}

SealedEvent seal(const RecordedEvent& event) {
  const Meta& meta = event.meta;
  SealedEvent sealed;
  sealed.headers.reserve(21);  // the link's own join them
  const auto put = [&](std::string_view name, std::string value) {
    sealed.headers.emplace_back(name, std::move(value));
  };
  const auto put_unless_empty = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) put(name, percent_encode_header(value));
  };
  put("ce_specversion", std::string{kSpecVersion});
  put("content-type", std::string{kContentType});
  put("ce_id", meta.event_id);
  put("ce_type", event.type);
  put("ce_source", std::string{kSourcePrefix} + meta.workspace);
  put("ce_subject", event.stream.text());
  put("ce_sequence", std::to_string(event.sequence));
  put("ce_time", to_rfc3339(meta.occurred_at));
  put("ce_partitionkey", event.partition_key);
  if (!event.tags.empty()) put("ce_tags", json(event.tags).dump());
  put_unless_empty("ce_actor", meta.actor);
  put_unless_empty("ce_correlationid", meta.correlation_id);
  put_unless_empty("ce_causationid", meta.causation_id);
  put_unless_empty("ce_commandid", event.command_id);
  put_unless_empty("ce_commanddigest", event.command_digest);
  if (!event.traceparent.empty()) put("traceparent", event.traceparent);
  if (event.first_recorded_at) put("ce_firstrecordedtime", to_rfc3339(*event.first_recorded_at));
  sealed.value = meta.reason ? with_reason(event.data, *meta.reason) : event.data;
  return sealed;
}

Result<RecordedEvent, std::string> open(const EventHeaders& headers, std::string_view value) {
  HeaderReader in{headers};
  RecordedEvent event;
  if (in.required("ce_specversion") != kSpecVersion) in.fail("ce_specversion", "is not 1.0");
  if (in.required("content-type") != kContentType) in.fail("content-type", "is not application/json");
  event.meta.event_id = in.required("ce_id");
  event.type = in.required("ce_type");
  if (const auto source = in.required("ce_source"); source.starts_with(kSourcePrefix)) {
    event.meta.workspace = source.substr(kSourcePrefix.size());
  } else {
    in.fail("ce_source", "is not /workspaces/ and a workspace");
  }
  if (auto stream = StreamId::parse(in.required("ce_subject"))) {
    event.stream = *std::move(stream);
  } else {
    in.fail("ce_subject", "is not a kind, a slash and an id");
  }
  const std::string_view sequence = in.required("ce_sequence");
  const auto [end, error] = std::from_chars(sequence.data(), sequence.data() + sequence.size(), event.sequence);
  if (error != std::errc{} || end != sequence.data() + sequence.size() || event.sequence == 0) {
    in.fail("ce_sequence", "is not a number from 1");
  }
  event.meta.occurred_at = in.time("ce_time", in.required("ce_time"));
  if (const auto recorded = in.find("ce_recordedtime")) event.meta.recorded_at = in.time("ce_recordedtime", *recorded);
  if (const auto first = in.find("ce_firstrecordedtime")) event.first_recorded_at = in.time("ce_firstrecordedtime", *first);
  event.partition_key = in.required("ce_partitionkey");
  event.tags = read_tags(in);
  event.meta.actor = in.decoded("ce_actor", in.optional("ce_actor"));
  event.meta.correlation_id = in.decoded("ce_correlationid", in.optional("ce_correlationid"));
  event.meta.causation_id = in.decoded("ce_causationid", in.optional("ce_causationid"));
  event.command_id = in.decoded("ce_commandid", in.optional("ce_commandid"));
  event.command_digest = in.decoded("ce_commanddigest", in.optional("ce_commanddigest"));
  event.traceparent = in.optional("traceparent");
  if (!in.error().empty()) return tl::unexpected(in.error());
  auto data = split_reason(value);
  if (!data) return tl::unexpected(std::move(data).error());
  event.data = std::move(data->data);
  event.meta.reason = std::move(data->reason);
  return event;
}

}  // namespace ledger
