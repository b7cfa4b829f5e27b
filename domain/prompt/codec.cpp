#include "domain/prompt/codec.hpp"

#include "domain/event_codec.hpp"
#include "domain/json_members.hpp"
#include "domain/prompt/content_codec.hpp"

namespace ledger::prompt {
namespace {

using nlohmann::json;

json name_to_json(const Name& name) { return {{"category", name.category}, {"name", name.name}}; }
Name name_from_json(const json& in) { return {in.at("category").get<std::string>(), in.at("name").get<std::string>()}; }

json version_to_json(const NewVersion& version) {
  json out{{"number", version.number}, {"content", content_to_json(*version.content)}};
  put(out, "source", version.source);
  put(out, "parent_version", version.parent_version);
  put(out, "explanation", version.explanation);
  put(out, "change_log", version.change_log);
  return out;
}

NewVersion version_from_json(const json& in) {
  return {.number = in.at("number").get<VersionNumber>(),
          .content = std::make_shared<const Content>(content_from_json(in.at("content"))),
          .source = text(in, "source"),
          .parent_version = find<VersionNumber>(in, "parent_version"),
          .explanation = text(in, "explanation"),
          .change_log = text(in, "change_log")};
}

json beginning_to_json(const Beginning& beginning) {
  json out = name_to_json(beginning.name);
  put(out, "title", beginning.title);
  put(out, "description", beginning.description);
  put(out, "tags", beginning.tags);
  out["metadata"] = json::parse(beginning.metadata.text);
  out["version"] = version_to_json(beginning.version);
  put(out, "labels", beginning.labels);
  put(out, "request_id", beginning.request_id);
  return out;
}

Beginning beginning_from_json(const json& in) {
  return {.name = name_from_json(in),
          .title = text(in, "title"),
          .description = text(in, "description"),
          .tags = texts(in, "tags"),
          .metadata = {in.at("metadata").dump()},
          .version = version_from_json(in.at("version")),
          .labels = texts(in, "labels"),
          .request_id = text(in, "request_id")};
}

template <class E>
struct Codec;

template <>
struct Codec<Created> {
  static constexpr std::string_view kType = "prompt.created";
  static constexpr int kVersion = 1;
  static json encode(const Created& e) { return beginning_to_json(e.beginning); }
  static Created decode(const json& in, int) { return {beginning_from_json(in)}; }
};

template <>
struct Codec<Forked> {
  static constexpr std::string_view kType = "prompt.forked";
  static constexpr int kVersion = 1;
  static json encode(const Forked& e) {
    json out = beginning_to_json(e.beginning);
    out["forked_from"] = {{"prompt", e.from.prompt}, {"version", e.from.version}};
    return out;
  }
  static Forked decode(const json& in, int) {
    const json& from = in.at("forked_from");
    return {beginning_from_json(in), {from.at("prompt").get<std::string>(), from.at("version").get<VersionNumber>()}};
  }
};

template <>
struct Codec<Changed> {
  static constexpr std::string_view kType = "prompt.changed";
  static constexpr int kVersion = 1;
  static json encode(const Changed& e) {
    json out = json::object();
    if (e.renamed) out["renamed"] = {{"from", name_to_json(e.renamed->from)}, {"to", name_to_json(e.renamed->to)}};
    put(out, "title", e.title);  // present and empty says that it was taken away
    put(out, "description", e.description);
    put(out, "tags", e.tags);
    if (e.metadata) out["metadata"] = json::parse(e.metadata->text);
    if (e.version) out["version"] = version_to_json(*e.version);
    return out;
  }
  static Changed decode(const json& in, int) {
    Changed e{.renamed = {},
              .title = find<std::string>(in, "title"),
              .description = find<std::string>(in, "description"),
              .tags = find<std::vector<std::string>>(in, "tags"),
              .metadata = {},
              .version = {}};
    if (const auto found = in.find("renamed"); found != in.end()) {
      e.renamed = Renamed{name_from_json(found->at("from")), name_from_json(found->at("to"))};
    }
    if (const auto found = in.find("metadata"); found != in.end()) e.metadata = JsonText{found->dump()};
    if (const auto found = in.find("version"); found != in.end()) e.version = version_from_json(*found);
    return e;
  }
};

template <>
struct Codec<VersionAdded> {
  static constexpr std::string_view kType = "prompt.version_added";
  static constexpr int kVersion = 1;
  static json encode(const VersionAdded& e) { return version_to_json(e.version); }
  static VersionAdded decode(const json& in, int) { return {version_from_json(in)}; }
};

template <>
struct Codec<RolledBack> {
  static constexpr std::string_view kType = "prompt.rolled_back";
  static constexpr int kVersion = 1;
  static json encode(const RolledBack& e) { return {{"to", e.to}, {"version", version_to_json(e.version)}}; }
  static RolledBack decode(const json& in, int) {
    return {in.at("to").get<VersionNumber>(), version_from_json(in.at("version"))};
  }
};

template <>
struct Codec<LifecycleMoved> {
  static constexpr std::string_view kType = "prompt.lifecycle_moved";
  static constexpr int kVersion = 1;
  static json encode(const LifecycleMoved& e) { return {{"from", to_text(e.from)}, {"to", to_text(e.to)}}; }
  static LifecycleMoved decode(const json& in, int) {
    return {choice_from_json(in.at("from"), parse_status), choice_from_json(in.at("to"), parse_status)};
  }
};

template <>
struct Codec<LabelMoved> {
  static constexpr std::string_view kType = "prompt.label_moved";
  static constexpr int kVersion = 1;
  static json encode(const LabelMoved& e) {
    json out{{"label", e.label}, {"to", e.to}};
    put(out, "from", e.from);
    return out;
  }
  static LabelMoved decode(const json& in, int) {
    return {in.at("label").get<std::string>(), find<VersionNumber>(in, "from"), in.at("to").get<VersionNumber>()};
  }
};

template <>
struct Codec<LabelRemoved> {
  static constexpr std::string_view kType = "prompt.label_removed";
  static constexpr int kVersion = 1;
  static json encode(const LabelRemoved& e) { return {{"label", e.label}, {"from", e.from}}; }
  static LabelRemoved decode(const json& in, int) {
    return {in.at("label").get<std::string>(), in.at("from").get<VersionNumber>()};
  }
};

template <>
struct Codec<Deleted> {
  static constexpr std::string_view kType = "prompt.deleted";
  static constexpr int kVersion = 1;
  static json encode(const Deleted& e) { return name_to_json(e.name); }
  static Deleted decode(const json& in, int) { return {name_from_json(in)}; }
};

template <>
struct Codec<Restored> {
  static constexpr std::string_view kType = "prompt.restored";
  static constexpr int kVersion = 1;
  static json encode(const Restored& e) { return name_to_json(e.name); }
  static Restored decode(const json& in, int) { return {name_from_json(in)}; }
};

using Codecs = EventCodec<Codec, Event>;

}  // namespace

EncodedEvent encode(const Event& event) { return Codecs::encode(event); }
Result<Event, std::string> decode(std::string_view type, std::string_view data) { return Codecs::decode(type, data); }
std::vector<std::string> event_types() { return Codecs::types(); }

}  // namespace ledger::prompt
