#include "domain/prompt/content_codec.hpp"

#include <stdexcept>

#include "domain/event_codec.hpp"
#include "domain/json.hpp"
#include "domain/prompt/codec.hpp"

namespace ledger::prompt {
namespace {

using nlohmann::json;

json to_json(const JsonText& value) { return json::parse(value.text); }
JsonText to_text(const json& value) { return {value.dump()}; }

json variable_to_json(const Variable& variable) {
  json out{{"name", variable.name}, {"type", to_text(variable.type)}, {"required", variable.required}};
  if (variable.default_value) out["default"] = to_json(*variable.default_value);
  for (const auto& option : variable.options) out["options"].push_back(to_json(option));
  if (!variable.description.empty()) out["description"] = variable.description;
  return out;
}

Variable variable_from_json(const json& in) {
  const auto type = parse_variable_type(in.at("type").get_ref<const std::string&>());
  if (!type) throw std::invalid_argument{"unknown type of a variable"};
  Variable variable{.name = in.at("name").get<std::string>(),
                    .type = *type,
                    .required = in.at("required").get<bool>(),
                    .default_value = {},
                    .options = {},
                    .description = in.value("description", "")};
  if (const auto found = in.find("default"); found != in.end()) variable.default_value = to_text(*found);
  if (const auto found = in.find("options"); found != in.end()) {
    for (const auto& option : *found) variable.options.push_back(to_text(option));
  }
  return variable;
}

json item_to_json(const ChatItem& item) {
  return std::visit(Overloaded{
                        [](const Message& m) {
                          return json{{"role", m.role}, {"content", m.content}};
                        },
                        [](const Placeholder& p) {
                          return json{{"type", "placeholder"}, {"name", p.name}};
                        },
                    },
                    item);
}

ChatItem item_from_json(const json& in) {
  const auto type = in.find("type");
  if (type == in.end()) return Message{in.at("role").get<std::string>(), in.at("content").get<std::string>()};
  if (*type != "placeholder") throw std::invalid_argument{"unknown type of a message"};
  return Placeholder{in.at("name").get<std::string>()};
}

void put_body(json& out, const Body& body) {
  std::visit(Overloaded{
                 [&](const Text& text) {
                   out["kind"] = "text";
                   out["template"] = text.text;
                 },
                 [&](const Chat& chat) {
                   out["kind"] = "chat";
                   out["messages"] = json::array();
                   for (const auto& item : chat.messages) out["messages"].push_back(item_to_json(item));
                 },
             },
             body);
}

Body body_from_json(const json& in) {
  const auto& kind = in.at("kind").get_ref<const std::string&>();
  if (kind == "text") return Text{in.at("template").get<std::string>()};
  if (kind != "chat") throw std::invalid_argument{"unknown kind of content"};
  Chat chat;
  for (const auto& item : in.at("messages")) chat.messages.push_back(item_from_json(item));
  return chat;
}

}  // namespace

json content_to_json(const Content& content) {
  json out{{"syntax", to_text(content.syntax)}, {"variables", json::array()}, {"config", to_json(content.config)}};
  put_body(out, content.body);
  for (const auto& variable : content.variables) out["variables"].push_back(variable_to_json(variable));
  return out;
}

Content content_from_json(const json& in) {
  const auto syntax = parse_syntax(in.at("syntax").get_ref<const std::string&>());
  if (!syntax) throw std::invalid_argument{"unknown syntax of a template"};
  Content content{.body = body_from_json(in), .variables = {}, .config = to_text(in.at("config")), .syntax = *syntax};
  for (const auto& variable : in.at("variables")) content.variables.push_back(variable_from_json(variable));
  return content;
}

std::string encode_content(const Content& content) { return content_to_json(content).dump(); }

Result<Content, std::string> decode_content(std::string_view text) {
  Content content;
  if (auto problem = read_object(text, [&](const json& in) { content = content_from_json(in); })) {
    return tl::unexpected(*std::move(problem));
  }
  return content;
}

}  // namespace ledger::prompt
