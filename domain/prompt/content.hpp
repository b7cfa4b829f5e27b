#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/json_text.hpp"

namespace ledger::prompt {

enum class VariableType : std::uint8_t { string, number, integer, boolean, array, object };
std::string_view to_text(VariableType type);
std::optional<VariableType> parse_variable_type(std::string_view text);

// Something that a template leaves open. A default makes it optional whatever `required` says; an optional one without
// a default that is not given renders as nothing.
struct Variable {
  std::string name;
  VariableType type = VariableType::string;
  bool required = true;
  std::optional<JsonText> default_value;
  std::vector<JsonText> options;  // the only values allowed; empty = any
  std::string description;

  bool operator==(const Variable&) const = default;
};

struct Message {
  std::string role;
  std::string content;  // a template

  bool operator==(const Message&) const = default;
};

// Where the caller's own messages go in: an array of messages, given under this name when rendering.
struct Placeholder {
  std::string name;

  bool operator==(const Placeholder&) const = default;
};

using ChatItem = std::variant<Message, Placeholder>;

struct Text {
  std::string text;  // a template

  bool operator==(const Text&) const = default;
};

struct Chat {
  std::vector<ChatItem> messages;

  bool operator==(const Chat&) const = default;
};

using Body = std::variant<Text, Chat>;

// What braces that are not a well-formed {{name}} are: an error, or literal text (imported prompts, written for no
// template language).
enum class Syntax : std::uint8_t { strict, lenient };
std::string_view to_text(Syntax syntax);
std::optional<Syntax> parse_syntax(std::string_view text);

// All of one version that is rendered or sent to a model. Never changes; states share it.
struct Content {
  Body body;
  std::vector<Variable> variables;  // exactly those of the body's templates
  JsonText config{"{}"};            // model, parameters, tools, response schema …: an object
  Syntax syntax = Syntax::strict;

  bool operator==(const Content&) const = default;
};

}  // namespace ledger::prompt
