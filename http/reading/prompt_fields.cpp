#include "http/reading/prompt_fields.hpp"

#include <limits>
#include <utility>

#include "domain/json.hpp"

namespace ledger::http {

using nlohmann::json;

namespace {

constexpr std::pair<std::string_view, prompt::VariableType> kVariableTypes[] = {
    {"string", prompt::VariableType::string},   {"number", prompt::VariableType::number}, {"integer", prompt::VariableType::integer},
    {"boolean", prompt::VariableType::boolean}, {"array", prompt::VariableType::array},   {"object", prompt::VariableType::object}};
constexpr std::pair<std::string_view, prompt::Syntax> kSyntaxes[] = {{"strict", prompt::Syntax::strict}, {"lenient", prompt::Syntax::lenient}};
constexpr std::pair<std::string_view, bool> kItemTypes[] = {{"message", false}, {"placeholder", true}};
constexpr std::int64_t kMaxVersion = std::numeric_limits<prompt::VersionNumber>::max();

JsonText text_of(const json& value) { return {value.dump()}; }

std::optional<JsonText> read_object(Fields& fields, std::string_view name) {
  const json* const object = fields.optional_object(name);
  return object != nullptr ? std::optional(text_of(*object)) : std::nullopt;
}

// A text that a null takes away, as an empty one does.
std::optional<std::string> read_removable(Fields& fields, std::string_view name) {
  const auto given = fields.nullable_string(name);
  return given ? std::optional(given->value_or("")) : std::nullopt;
}

std::string at_index(std::string_view name, std::size_t index) { return std::string(name) + "[" + std::to_string(index) + "]"; }

prompt::Variable read_variable(Fields fields) {
  prompt::Variable variable;
  variable.name = fields.required_string("name");
  variable.type = fields.optional_choice<prompt::VariableType>("type", kVariableTypes).value_or(prompt::VariableType::string);
  variable.required = fields.optional_boolean("required").value_or(true);
  if (const json* const given = fields.optional_any("default"); given != nullptr && !given->is_null()) variable.default_value = text_of(*given);
  if (const json* const options = fields.optional_array("options")) {
    for (const auto& option : *options) variable.options.push_back(text_of(option));
  }
  variable.description = fields.optional_string("description").value_or("");
  fields.no_more();
  return variable;
}

std::optional<std::vector<prompt::Variable>> read_variables(Fields& fields) {
  const json* const list = fields.optional_array("variables");
  if (list == nullptr) return std::nullopt;
  std::vector<prompt::Variable> variables;
  for (std::size_t i = 0; i < list->size(); ++i) variables.push_back(read_variable(fields.inside((*list)[i], at_index("variables", i))));
  return variables;
}

prompt::ChatItem read_item(Fields fields) {
  const bool is_placeholder = fields.optional_choice<bool>("type", kItemTypes).value_or(false);
  prompt::ChatItem item;
  if (is_placeholder) {
    item = prompt::Placeholder{fields.required_string("name")};
  } else {
    auto role = fields.required_string("role");
    item = prompt::Message{std::move(role), fields.required_string("content")};
  }
  fields.no_more();
  return item;
}

std::optional<prompt::Body> read_body(Fields& fields) {
  const auto text = fields.optional_string("template");
  const json* const messages = fields.optional_array("messages");
  if (text && messages != nullptr) fields.refuse("messages", "must not stand beside template: a prompt is a text or a chat");
  if (text) return prompt::Text{*text};
  if (messages == nullptr) return std::nullopt;
  prompt::Chat chat;
  for (std::size_t i = 0; i < messages->size(); ++i) chat.messages.push_back(read_item(fields.inside((*messages)[i], at_index("messages", i))));
  return chat;
}

prompt::ContentChange read_content(Fields& fields) {
  return {.body = read_body(fields),
          .variables = read_variables(fields),
          .config = read_object(fields, "config"),
          .syntax = fields.optional_choice<prompt::Syntax>("syntax", kSyntaxes)};
}

std::string read_text(Fields& fields, std::string_view name) { return fields.optional_string(name).value_or(""); }

std::optional<prompt::VersionNumber> read_version(Fields& fields, std::string_view name) {
  const auto number = fields.optional_integer(name, 1, kMaxVersion);
  return number ? std::optional(static_cast<prompt::VersionNumber>(*number)) : std::nullopt;
}

}  // namespace

prompt::CreatePrompt read_create(Fields& fields) {
  return {.name = {.category = fields.required_string("category"), .name = fields.required_string("name")},
          .title = read_text(fields, "title"),
          .description = read_text(fields, "description"),
          .tags = fields.optional_strings("tags").value_or(std::vector<std::string>{}),
          .metadata = read_object(fields, "metadata").value_or(JsonText{"{}"}),
          .content = read_content(fields),
          .source = read_text(fields, "source"),
          .explanation = read_text(fields, "explanation"),
          .change_log = read_text(fields, "change_log"),
          .labels = fields.optional_strings("labels").value_or(std::vector<std::string>{}),
          .request_id = read_text(fields, "request_id")};
}

prompt::ChangePrompt read_change(Fields& fields) {
  return {.name = fields.optional_string("name"),
          .category = fields.optional_string("category"),
          .title = read_removable(fields, "title"),
          .description = read_removable(fields, "description"),
          .tags = fields.optional_strings("tags"),
          .metadata = read_object(fields, "metadata"),
          .content = read_content(fields),
          .source = read_text(fields, "source"),
          .explanation = read_text(fields, "explanation"),
          .change_log = read_text(fields, "change_log")};
}

prompt::AddVersion read_add_version(Fields& fields) {
  return {.content = read_content(fields),
          .source = read_text(fields, "source"),
          .parent_version = read_version(fields, "parent_version"),
          .explanation = read_text(fields, "explanation"),
          .change_log = read_text(fields, "change_log")};
}

prompt::ForkPrompt read_fork(Fields& fields) {
  return {.name = fields.required_string("name"),
          .category = fields.optional_string("category"),
          .version = read_version(fields, "version"),
          .title = fields.optional_string("title"),
          .description = fields.optional_string("description"),
          .tags = fields.optional_strings("tags"),
          .metadata = read_object(fields, "metadata"),
          .change_log = read_text(fields, "change_log"),
          .request_id = read_text(fields, "request_id")};
}

}  // namespace ledger::http
