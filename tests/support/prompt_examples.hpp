#pragma once

#include <memory>
#include <string>
#include <utility>

#include "domain/prompt/events.hpp"

// Prompts to test with.
namespace ledger::prompt::examples {

inline Variable variable(std::string name, VariableType type = VariableType::string) {
  return {
      .name = std::move(name), .type = type, .required = true, .default_value = {}, .options = {}, .description = {}};
}

inline Content text_content(std::string text, std::vector<Variable> variables = {}) {
  return {.body = Text{std::move(text)}, .variables = std::move(variables), .config = {"{}"}, .syntax = Syntax::strict};
}

inline NewVersion version(VersionNumber number, Content content) {
  NewVersion out{.number = number,
                 .content = std::make_shared<const Content>(std::move(content)),
                 .source = {},
                 .parent_version = {},
                 .explanation = {},
                 .change_log = {}};
  if (number > 1) out.parent_version = number - 1;
  return out;
}

inline Beginning beginning(std::string name = "greeting") {
  return {.name = {"demo", std::move(name)},
          .title = {},
          .description = {},
          .tags = {},
          .metadata = {"{}"},
          .version = version(1, text_content("Hello {{who}}", {variable("who")})),
          .labels = {},
          .request_id = {}};
}

inline Event created(std::string name = "greeting") { return Created{beginning(std::move(name))}; }
inline Event version_added(VersionNumber number, std::string text) {
  return VersionAdded{version(number, text_content(std::move(text)))};
}

}  // namespace ledger::prompt::examples
