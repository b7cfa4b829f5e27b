#include "domain/prompt/render.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "domain/json.hpp"
#include "domain/prompt/limits.hpp"
#include "domain/prompt/template.hpp"

namespace ledger::prompt {
namespace {

using nlohmann::json;
using Errors = std::vector<RenderError>;

std::string in_quotes(std::string_view name) { return "\"" + std::string{name} + "\""; }

// The messages that a caller gave for a placeholder; nothing when they are none.
std::optional<std::vector<Message>> read_messages(const JsonText& value) {
  const json list = json::parse(value.text, nullptr, false);
  if (!list.is_array()) return std::nullopt;
  std::vector<Message> messages;
  for (const auto& item : list) {
    if (!item.is_object() || item.size() != 2 || !item.contains("role") || !item.contains("content"))
      return std::nullopt;
    if (!item["role"].is_string() || !item["content"].is_string()) return std::nullopt;
    messages.push_back({item["role"].get<std::string>(), item["content"].get<std::string>()});
  }
  return messages;
}

// Everything that goes in, checked: the text of each variable and the messages of each placeholder.
struct Filling {
  std::unordered_map<std::string_view, std::string> texts;
  std::unordered_map<std::string_view, std::vector<Message>> messages;
};

void fill_variable(const Variable& variable, const Values& values, Filling& filling, Errors& errors) {
  const auto given = values.find(variable.name);
  if (given == values.end()) {
    if (variable.required && !variable.default_value) {
      errors.push_back(
          {variable.name, RenderProblem::missing, "the variable " + in_quotes(variable.name) + " is required"});
      return;
    }
    filling.texts[variable.name] = variable.default_value ? plain_text(*variable.default_value) : "";
    return;
  }
  if (std::string complaint = complaint_about(variable, given->second); !complaint.empty()) {
    const auto problem =
        has_type(given->second, variable.type) ? RenderProblem::not_an_option : RenderProblem::mistyped;
    errors.push_back({variable.name, problem, std::move(complaint)});
    return;
  }
  filling.texts[variable.name] = plain_text(given->second);
}

void fill_placeholder(const std::string& name, const Values& values, Filling& filling, Errors& errors) {
  const auto given = values.find(name);
  if (given == values.end()) {
    errors.push_back(
        {name, RenderProblem::missing, "the messages for the placeholder " + in_quotes(name) + " are required"});
  } else if (auto messages = read_messages(given->second)) {
    filling.messages[name] = *std::move(messages);
  } else {
    errors.push_back({name, RenderProblem::mistyped,
                      "the placeholder " + in_quotes(name) +
                          " takes an array of messages, each {\"role\": string, \"content\": string}"});
  }
}

// Appends while the whole stays within its limit.
class Output {
 public:
  Output(const Filling& filling, Syntax syntax) : filling_(filling), syntax_(syntax) {}

  std::string fill(std::string_view text) {
    std::string out;
    for (const auto& piece : parse_template(text, syntax_).pieces) {
      const std::string_view part = std::visit(
          Overloaded{
              [](const Literal& literal) { return literal.text; },
              [&](const Reference& reference) -> std::string_view { return filling_.texts.at(reference.name); },
          },
          piece);
      if (!take(part.size())) break;
      out += part;
    }
    return out;
  }

  std::vector<Message> fill(const Chat& chat) {
    std::vector<Message> out;
    for (const auto& item : chat.messages) {
      std::visit(Overloaded{
                     [&](const Message& message) {
                       out.push_back({message.role, fill(message.content)});
                     },
                     [&](const Placeholder& placeholder) {
                       for (const auto& message : filling_.messages.at(placeholder.name)) {
                         if (take(message.role.size() + message.content.size())) out.push_back(message);
                       }
                     },
                 },
                 item);
    }
    return out;
  }

  bool fits() const { return bytes_ <= limits::kRenderedBytes; }

 private:
  bool take(std::size_t bytes) {
    bytes_ += bytes;
    return fits();
  }

  const Filling& filling_;
  Syntax syntax_;
  std::size_t bytes_ = 0;
};

void refuse_unknown(const Content& content, const Values& values, const std::vector<std::string>& placeholders,
                    Errors& errors) {
  std::unordered_set<std::string_view> known{placeholders.begin(), placeholders.end()};
  for (const auto& variable : content.variables) known.insert(variable.name);
  for (const auto& [name, value] : values) {
    if (!known.contains(name))
      errors.push_back({name, RenderProblem::unknown, "the prompt has no variable " + in_quotes(name)});
  }
}

}  // namespace

bool has_type(const JsonText& value, VariableType type) {
  switch (type) {
    case VariableType::string:
      return kind(value) == JsonKind::string;
    case VariableType::number:
      return kind(value) == JsonKind::number || kind(value) == JsonKind::integer;
    case VariableType::integer:
      return kind(value) == JsonKind::integer;
    case VariableType::boolean:
      return kind(value) == JsonKind::boolean;
    case VariableType::array:
      return kind(value) == JsonKind::array;
    case VariableType::object:
      return kind(value) == JsonKind::object;
  }
  return false;
}

std::string complaint_about(const Variable& variable, const JsonText& value) {
  if (!has_type(value, variable.type)) {
    return "the variable " + in_quotes(variable.name) + " is of type " + std::string{to_text(variable.type)} +
           ", not " + std::string{to_text(kind(value))};
  }
  const auto& options = variable.options;
  if (options.empty() || std::find(options.begin(), options.end(), value) != options.end()) return "";
  std::string list;
  for (const auto& option : options) list += (list.empty() ? "" : ", ") + option.text;
  return "the variable " + in_quotes(variable.name) + " must be one of " + list;
}

Result<Rendered, std::vector<RenderError>> render(const Content& content, const Values& values) {
  Filling filling;
  Errors errors;
  const auto placeholders = placeholder_names(content.body);
  for (const auto& variable : content.variables) fill_variable(variable, values, filling, errors);
  for (const auto& name : placeholders) fill_placeholder(name, values, filling, errors);
  refuse_unknown(content, values, placeholders, errors);
  if (!errors.empty()) return tl::unexpected(std::move(errors));

  Output output{filling, content.syntax};
  Rendered rendered = std::visit(Overloaded{
                                     [&](const Text& text) { return Rendered{output.fill(text.text)}; },
                                     [&](const Chat& chat) { return Rendered{output.fill(chat)}; },
                                 },
                                 content.body);
  if (output.fits()) return rendered;
  return tl::unexpected(
      Errors{{"", RenderProblem::too_large,
              "the rendered prompt would be larger than " + std::to_string(limits::kRenderedBytes) + " bytes"}});
}

JsonText value_from_text(const Content& content, std::string_view name, std::string_view text) {
  const auto variable = std::find_if(content.variables.begin(), content.variables.end(),
                                     [&](const Variable& v) { return v.name == name; });
  const auto placeholders = placeholder_names(content.body);
  const bool is_placeholder = std::find(placeholders.begin(), placeholders.end(), name) != placeholders.end();
  const bool is_typed = variable != content.variables.end() && variable->type != VariableType::string;
  if (is_placeholder || is_typed) {
    auto value = parse_json_text(text);
    if (value && (is_placeholder || has_type(*value, variable->type))) return *std::move(value);
  }
  return json_string(text);
}

}  // namespace ledger::prompt
