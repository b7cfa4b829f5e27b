#include "http/json/prompt_json.hpp"

#include <optional>

#include "domain/json.hpp"
#include "http/json/members.hpp"

namespace ledger::http {

using nlohmann::json;

namespace {

json parsed(const JsonText& value) { return json::parse(value.text); }

json item_json(const prompt::ChatItem& item) {
  return std::visit(Overloaded{
                        [](const prompt::Message& message) { return json{{"role", message.role}, {"content", message.content}}; },
                        [](const prompt::Placeholder& placeholder) { return json{{"type", "placeholder"}, {"name", placeholder.name}}; },
                    },
                    item);
}

void put_content(json& out, const prompt::Content& content) {
  std::visit(Overloaded{
                 [&](const prompt::Text& text) {
                   out["type"] = "text";
                   out["template"] = text.text;
                 },
                 [&](const prompt::Chat& chat) {
                   out["type"] = "chat";
                   out["messages"] = messages_json(chat.messages);
                 },
             },
             content.body);
  out["variables"] = variables_json(content.variables);
  out["config"] = parsed(content.config);
  out["syntax"] = prompt::to_text(content.syntax);
}

}  // namespace

json messages_json(const std::vector<prompt::ChatItem>& messages) {
  json out = json::array();
  for (const auto& item : messages) out.push_back(item_json(item));
  return out;
}

json variables_json(const std::vector<prompt::Variable>& variables) {
  json out = json::array();
  for (const auto& variable : variables) {
    json one{{"name", variable.name}, {"type", prompt::to_text(variable.type)}, {"required", variable.required}};
    if (variable.default_value) one["default"] = parsed(*variable.default_value);
    for (const auto& option : variable.options) one["options"].push_back(parsed(option));
    put(one, "description", variable.description);
    out.push_back(std::move(one));
  }
  return out;
}

json labels_json(const prompt::State& state) {
  json out{{prompt::kLatestLabel, state.latest()}};
  for (const auto& [label, version] : state.labels) out[label] = version;
  return out;
}

json prompt_json(const std::string& id, const prompt::State& state, const prompt::Version* shown) {
  json out{{"id", id},
           {"name", state.name.name},
           {"category", state.name.category},
           {"status", prompt::to_text(state.status)},
           {"tags", state.tags},
           {"labels", labels_json(state)},
           {"metadata", parsed(state.metadata)},
           {"version", shown != nullptr ? shown->number : state.latest()},
           {"stream_version", state.version},
           {"author", state.author},
           {"created_at", to_rfc3339(state.created_at)},
           {"updated_at", to_rfc3339(state.updated_at)}};
  put(out, "title", state.title);
  put(out, "description", state.description);
  put(out, "request_id", state.request_id);
  put(out, "published_at", state.published_at);
  put(out, "deleted_at", state.deleted_at);
  if (state.forked_from) out["forked_from"] = {{"prompt_id", state.forked_from->prompt}, {"version", state.forked_from->version}};
  if (shown != nullptr && shown->content) put_content(out, *shown->content);
  return out;
}

json version_json(const prompt::Version& version, const prompt::State& state) {
  json labels = json::array();
  for (const auto& [label, number] : state.labels) {
    if (number == version.number) labels.push_back(label);
  }
  if (version.number == state.latest()) labels.push_back(prompt::kLatestLabel);
  json out{{"version", version.number}, {"labels", labels}, {"author", version.author}, {"created_at", to_rfc3339(version.created_at)}};
  put(out, "source", version.source);
  put(out, "explanation", version.explanation);
  put(out, "change_log", version.change_log);
  put(out, "reason", version.reason);
  if (version.parent_version) out["parent_version"] = *version.parent_version;
  if (version.rolled_back_to) out["rolled_back_to"] = *version.rolled_back_to;
  if (version.content) put_content(out, *version.content);
  return out;
}

json label_period_json(const prompt::LabelPeriod& period) {
  json out{{"version", period.version}, {"from", to_rfc3339(period.from)}, {"moved_by", period.moved_by}};
  put(out, "reason", period.reason);
  put(out, "until", period.until);
  put(out, "ended_by", period.ended_by);
  put(out, "end_reason", period.end_reason);
  return out;
}

}  // namespace ledger::http
