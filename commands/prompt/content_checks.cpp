#include "commands/prompt/content_checks.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "commands/prompt/variable_checks.hpp"
#include "domain/prompt/limits.hpp"
#include "domain/prompt/template.hpp"
#include "domain/result.hpp"

namespace ledger::prompt {
namespace {

using Controls = FieldChecks::Controls;

void check_template(const std::string& field, std::string_view text, Syntax syntax, FieldChecks& checks) {
  checks.text_of_any_size(field, text, Controls::any);
  for (const auto& error : parse_template(text, syntax).errors) checks.add(field, to_text(error));
}

void check_size(const std::string& field, std::size_t bytes, FieldChecks& checks) {
  if (bytes <= limits::kTemplateBytes) return;
  checks.add(field,
             "must have at most " + std::to_string(limits::kTemplateBytes) + " bytes, not " + std::to_string(bytes));
}

void check_messages(const Chat& chat, Syntax syntax, FieldChecks& checks) {
  if (chat.messages.empty()) checks.add("messages", "must have at least one message");
  checks.count("messages", chat.messages.size(), limits::kMessages, "messages");
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < chat.messages.size(); ++i) {
    const std::string field = at_index("messages", i);
    std::visit(Overloaded{
                   [&](const Message& message) {
                     bytes += message.role.size() + message.content.size();
                     checks.text(field + ".role", message.role, 1, limits::kRoleCharacters);
                     check_template(field + ".content", message.content, syntax, checks);
                   },
                   [&](const Placeholder& placeholder) {
                     bytes += placeholder.name.size();
                     check_variable_name(field + ".name", placeholder.name, checks);
                   },
               },
               chat.messages[i]);
  }
  check_size("messages", bytes, checks);
}

void check_body(const Body& body, Syntax syntax, FieldChecks& checks) {
  std::visit(Overloaded{
                 [&](const Text& text) {
                   if (text.text.empty()) checks.add("template", "must not be empty");
                   check_size("template", text.text.size(), checks);
                   check_template("template", text.text, syntax, checks);
                 },
                 [&](const Chat& chat) { check_messages(chat, syntax, checks); },
             },
             body);
}

void check_config(const JsonText& config, FieldChecks& checks) {
  if (kind(config) != JsonKind::object) {
    checks.add("config", "must be an object");
  } else if (const auto parsed = parse_json_text(config.text); !parsed) {
    checks.add("config", parsed.error());
  } else if (config.text.size() > limits::kConfigBytes) {
    checks.add("config", "must have at most " + std::to_string(limits::kConfigBytes) + " bytes as JSON, not " +
                             std::to_string(config.text.size()));
  }
}

// The template's names; each keeps what was declared of it before.
std::vector<Variable> derive_variables(const std::vector<std::string>& names, const Content* before) {
  std::unordered_map<std::string_view, const Variable*> declared;
  if (before) {
    for (const auto& variable : before->variables) declared.emplace(variable.name, &variable);
  }
  std::vector<Variable> variables;
  variables.reserve(names.size());
  for (const auto& name : names) {
    const auto found = declared.find(name);
    variables.push_back(found == declared.end()
                            ? Variable{.name = name, .default_value = {}, .options = {}, .description = {}}
                            : *found->second);
  }
  return variables;
}

void check_same_names(const std::vector<std::string>& names, const std::vector<Variable>& variables,
                      FieldChecks& checks) {
  const std::unordered_set<std::string_view> used{names.begin(), names.end()};
  std::unordered_set<std::string_view> declared;
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const std::string field = at_index("variables", i) + ".name";
    const std::string& name = variables[i].name;
    if (!declared.insert(name).second) {
      checks.add(field, "\"" + name + "\" is declared twice");
    } else if (!used.contains(name)) {
      checks.add(field, "\"" + name + "\" does not occur in the template");
    }
  }
  for (const auto& name : names) {
    if (!declared.contains(name))
      checks.add("variables", "\"" + name + "\" occurs in the template but is not declared");
  }
}

// One name, one value: a placeholder's messages cannot be told from a variable's value when both have the same name.
void check_placeholders(const Body& body, const std::vector<Variable>& variables, FieldChecks& checks) {
  const auto placeholders = placeholder_names(body);
  for (const auto& name : placeholders) {
    const bool taken =
        std::any_of(variables.begin(), variables.end(), [&](const Variable& v) { return v.name == name; });
    if (taken) checks.add("messages", "\"" + name + "\" is both a variable and a placeholder");
  }
}

}  // namespace

Content make_content(const ContentChange& change, const Content* before, FieldChecks& checks) {
  Content content = before ? *before : Content{};
  if (change.syntax) content.syntax = *change.syntax;
  if (change.body) content.body = *change.body;
  if (change.config) {
    content.config = *change.config;
    check_config(content.config, checks);
  }
  if (!change.body && !before) {
    checks.add("template", "a template or messages are required");
    return content;
  }
  FieldChecks body_checks;
  check_body(content.body, content.syntax, body_checks);
  checks.add(body_checks);
  // What a broken template refers to is anyone's guess.
  if (!body_checks.passed()) {
    if (change.variables) check_variables(*change.variables, checks);
    return content;
  }
  const auto names = variable_names(content.body, content.syntax);
  content.variables = change.variables ? *change.variables : derive_variables(names, before);
  check_variables(content.variables, checks);
  if (change.variables) check_same_names(names, content.variables, checks);
  check_placeholders(content.body, content.variables, checks);
  return content;
}

}  // namespace ledger::prompt
