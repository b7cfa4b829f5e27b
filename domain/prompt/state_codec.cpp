#include "domain/prompt/state_codec.hpp"

#include <algorithm>
#include <stdexcept>

#include "domain/prompt/content_codec.hpp"
#include "domain/state_json.hpp"

// Versions and moves of labels stand under their numbers, from 1: what is added moves nothing else, and a patch names what it adds.
namespace ledger::prompt {
namespace {

using nlohmann::json;

json version_to_json(const Version& version) {
  json out{{"author", version.author}, {"created_at", to_rfc3339(version.created_at)}};
  if (version.content) out["content"] = content_to_json(*version.content);
  put(out, "source", version.source);
  put(out, "parent_version", version.parent_version);
  put(out, "explanation", version.explanation);
  put(out, "change_log", version.change_log);
  put(out, "rolled_back_to", version.rolled_back_to);
  put(out, "reason", version.reason);
  return out;
}

Version version_from_json(VersionNumber number, const json& in) {
  const auto content = in.find("content");
  return {.number = number,
          .content = content == in.end() ? nullptr : std::make_shared<const Content>(content_from_json(*content)),
          .source = text(in, "source"),
          .parent_version = find<VersionNumber>(in, "parent_version"),
          .explanation = text(in, "explanation"),
          .change_log = text(in, "change_log"),
          .rolled_back_to = find<VersionNumber>(in, "rolled_back_to"),
          .author = in.at("author").get<std::string>(),
          .created_at = time_from_json(in.at("created_at")),
          .reason = find<std::string>(in, "reason")};
}

json move_to_json(const LabelMove& move) {
  json out{{"label", move.label}, {"at", to_rfc3339(move.at)}, {"moved_by", move.moved_by}};
  put(out, "version", move.version);
  put(out, "reason", move.reason);
  return out;
}

LabelMove move_from_json(VersionNumber, const json& in) {
  return {.label = in.at("label").get<std::string>(),
          .version = find<VersionNumber>(in, "version"),
          .at = time_from_json(in.at("at")),
          .moved_by = in.at("moved_by").get<std::string>(),
          .reason = find<std::string>(in, "reason")};
}

template <class T>
json numbered(const std::vector<std::shared_ptr<const T>>& list, json (*one_to_json)(const T&)) {
  json out = json::object();
  for (std::size_t at = 0; at < list.size(); ++at) {
    if (list[at]) out[std::to_string(at + 1)] = one_to_json(*list[at]);
  }
  return out;
}

// Only where places are counted may one be empty.
template <class T>
std::vector<std::shared_ptr<const T>> from_numbered(const json& state, const char* member, T (*one_from_json)(VersionNumber, const json&)) {
  const json& in = state.at(member);
  const auto counted = state.find("counts");
  const auto size = counted == state.end() ? in.size() : counted->at(member).get<std::size_t>();
  std::vector<std::shared_ptr<const T>> list(size);
  std::size_t found = 0;
  for (VersionNumber number = 1; number <= size; ++number) {
    const auto one = in.find(std::to_string(number));
    if (one == in.end() && counted == state.end()) throw std::invalid_argument{std::string{member} + " are not numbered from 1"};
    if (one == in.end()) continue;
    list[number - 1] = std::make_shared<const T>(one_from_json(number, *one));
    ++found;
  }
  if (found != in.size()) throw std::invalid_argument{std::string{member} + " have numbers beyond their count"};
  return list;
}

template <class T>
void drop_shared(std::vector<std::shared_ptr<const T>>& a, std::vector<std::shared_ptr<const T>>& b) {
  for (std::size_t at = 0; at < std::min(a.size(), b.size()); ++at) {
    if (a[at] != b[at]) continue;
    a[at] = nullptr;
    b[at] = nullptr;
  }
}

}  // namespace

void to_json(json& out, const State& state) {
  out = {{"category", state.name.category},
         {"name", state.name.name},
         {"status", to_text(state.status)},
         {"labels", state.labels},
         {"metadata", json::parse(state.metadata.text)},
         {"versions", numbered(state.versions, version_to_json)},
         {"label_moves", numbered(state.label_moves, move_to_json)}};
  put_origin(out, state);
  put(out, "title", state.title);
  put(out, "description", state.description);
  put(out, "tags", state.tags);
  put(out, "request_id", state.request_id);
  put(out, "published_at", state.published_at);
  if (state.forked_from) out["forked_from"] = {{"prompt", state.forked_from->prompt}, {"version", state.forked_from->version}};
}

void from_json(const json& in, State& state) {
  get_origin(in, state);
  state.name = {in.at("category").get<std::string>(), in.at("name").get<std::string>()};
  state.title = text(in, "title");
  state.description = text(in, "description");
  state.status = choice_from_json(in.at("status"), parse_status);
  state.tags = texts(in, "tags");
  in.at("labels").get_to(state.labels);
  state.metadata = {in.at("metadata").dump()};
  state.versions = from_numbered(in, "versions", version_from_json);
  state.label_moves = from_numbered(in, "label_moves", move_from_json);
  state.request_id = text(in, "request_id");
  state.published_at = find_time(in, "published_at");
  state.forked_from.reset();
  if (const auto from = in.find("forked_from"); from != in.end()) {
    state.forked_from = ForkedFrom{from->at("prompt").get<std::string>(), from->at("version").get<VersionNumber>()};
  }
}

json counts(const State& state) { return {{"versions", state.versions.size()}, {"label_moves", state.label_moves.size()}}; }

void drop_shared(State& a, State& b) {
  drop_shared(a.versions, b.versions);
  drop_shared(a.label_moves, b.label_moves);
}

}  // namespace ledger::prompt
