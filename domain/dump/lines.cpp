#include "domain/dump/lines.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <stdexcept>

#include "domain/json.hpp"
#include "domain/json_text.hpp"
#include "domain/percent.hpp"

namespace ledger::dump {
namespace {

using nlohmann::json;

constexpr std::string_view kFormat = "promptledger-dump";
constexpr int kVersion = 1;
constexpr int kLineDepth = kEventDepth + 8;  // a patch and an event stand some levels below their line

// The event is written in CloudEvents' JSON format: its attributes are called as the headers are in the log, without the prefix, and are not encoded.
constexpr std::string_view kPrefix = "ce_";
constexpr std::array<std::string_view, 3> kEncoded{"ce_actor", "ce_correlationid", "ce_causationid"};
constexpr std::string_view kContentType = "content-type", kDataContentType = "datacontenttype";

bool is_encoded(std::string_view header) { return std::ranges::find(kEncoded, header) != kEncoded.end(); }

std::string attribute_of(const std::string& header) {
  if (header == kContentType) return std::string(kDataContentType);
  return header.starts_with(kPrefix) ? header.substr(kPrefix.size()) : header;
}

std::string header_of(const std::string& attribute) {
  if (attribute == kDataContentType) return std::string(kContentType);
  return attribute == "traceparent" ? attribute : std::string(kPrefix) + attribute;
}

// The data goes in as the text that it is.
std::string event_text(const RecordedEvent& event) {
  RecordedEvent own = event;
  own.command_id.clear();
  own.command_digest.clear();
  const SealedEvent sealed = seal(own);
  json attributes = json::object();
  for (const auto& [header, value] : sealed.headers) attributes[attribute_of(header)] = is_encoded(header) ? percent_decode(value).value_or(value) : value;
  attributes["recordedtime"] = to_rfc3339(event.meta.recorded_at);
  std::string text = attributes.dump();
  text.pop_back();
  return text + R"(,"data":)" + sealed.value + "}";
}

RecordedEvent event_from(const json& in) {
  EventHeaders headers;
  for (auto attribute = in.begin(); attribute != in.end(); ++attribute) {
    if (attribute.key() == "data") continue;
    if (!attribute->is_string()) throw std::invalid_argument("the attribute " + attribute.key() + " is not a string");
    std::string header = header_of(attribute.key());
    const auto& value = attribute->get_ref<const std::string&>();
    std::string stored = is_encoded(header) ? percent_encode_header(value) : value;
    headers.emplace_back(std::move(header), std::move(stored));
  }
  auto event = open(headers, in.at("data").dump());
  if (!event) throw std::invalid_argument(event.error());
  return *std::move(event);
}

Timestamp time_from(const json& in, const char* member) {
  const auto time = parse_rfc3339(in.at(member).get_ref<const std::string&>());
  if (!time) throw std::invalid_argument(std::string(member) + " is not a time of RFC 3339");
  return *time;
}

StreamId stream_from(const json& in) {
  auto stream = StreamId::parse(in.get_ref<const std::string&>());
  if (!stream) throw std::invalid_argument("stream is not a kind, a slash and an id");
  return *std::move(stream);
}

std::uint64_t count_from(const json& in, const char* member) {
  const auto& value = in.at(member);
  if (!value.is_number_unsigned()) throw std::invalid_argument(std::string(member) + " is not a whole number");
  return value.get<std::uint64_t>();
}

std::string text_of(const Beginning& line) {
  json places = json::array();
  for (const auto& place : line.places) places.push_back({{"topic", place.topic}, {"partition", place.partition}, {"height", place.height}});
  return json{{"format", kFormat}, {"version", kVersion}, {"ledger", line.ledger}, {"workspace", line.workspace}, {"exported_at", to_rfc3339(line.exported_at)}, {"positions", places}}.dump();
}

std::string text_of(const Change& line) {
  std::string text = R"({"event":)" + event_text(line.event);
  if (line.patch) text += R"(,"patch":)" + *line.patch;
  return text + "}";
}

std::string text_of(const StreamEnd& line) {
  json out{{"stream", line.stream.text()}, {"version", line.version}};
  if (line.state_sha256) out["state_sha256"] = *line.state_sha256;
  return out.dump();
}

std::string text_of(const End& line) { return json{{"end", {{"streams", line.streams}, {"events", line.events}}}}.dump(); }

Line beginning_from(const json& in) {
  if (in.at("format") != kFormat) throw std::invalid_argument("format is not " + std::string(kFormat));
  if (in.at("version") != kVersion) throw std::invalid_argument("this program reads version " + std::to_string(kVersion) + " of the format");
  Beginning out{.ledger = in.at("ledger").get<std::string>(), .workspace = in.at("workspace").get<std::string>(), .exported_at = time_from(in, "exported_at")};
  for (const auto& place : in.at("positions")) out.places.push_back({place.at("topic").get<std::string>(), place.at("partition").get<std::int32_t>(), count_from(place, "height")});
  return out;
}

Line line_from(const json& in) {
  if (in.contains("format")) return beginning_from(in);
  if (const auto event = in.find("event"); event != in.end()) {
    Change out{.event = event_from(*event)};
    if (const auto patch = in.find("patch"); patch != in.end()) out.patch = patch->dump();
    return out;
  }
  if (const auto stream = in.find("stream"); stream != in.end()) {
    StreamEnd out{.stream = stream_from(*stream), .version = count_from(in, "version")};
    if (const auto sha = in.find("state_sha256"); sha != in.end()) out.state_sha256 = sha->get<std::string>();
    return out;
  }
  const json& end = in.at("end");
  return End{.streams = count_from(end, "streams"), .events = count_from(end, "events")};
}

}  // namespace

std::string to_text(const Line& line) {
  return std::visit([](const auto& which) { return text_of(which); }, line);
}

Result<Line, std::string> parse(std::string_view text) {
  if (nests_deeper_than(text, kLineDepth)) return tl::unexpected("nested deeper than " + std::to_string(kLineDepth) + " levels");
  const json in = json::parse(text, nullptr, false);
  if (!in.is_object()) return tl::unexpected<std::string>("not a JSON object");
  try {
    return line_from(in);
  } catch (const std::exception& wrong) {  // a member is missing or mistyped
    return tl::unexpected<std::string>(wrong.what());
  }
}

}  // namespace ledger::dump
