#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "commands/prompt/commands.hpp"
#include "commands/prompt/settings.hpp"

// Commands as nobody would write them: few names and labels, so that they meet, and texts with everything that breaks
// readers. The same seed makes the same command.
namespace ledger::prompt {

using AnyCommand = std::variant<CreatePrompt, ForkPrompt, ChangePrompt, AddVersion, RollBack, MoveLifecycle, MoveLabel,
                                RemoveLabel, DeletePrompt, RestorePrompt, settings::ProtectLabel>;

class RandomCommands {
 public:
  explicit RandomCommands(std::uint32_t seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>{0, bound - 1}(random_); }
  bool one_in(std::size_t n) { return below(n) == 0; }

  AnyCommand command() {
    // Changes are likelier than ends, so that prompts grow old.
    switch (below(16)) {
      case 0:
      case 1:
        return create();
      case 2:
        return fork();
      case 3:
      case 4:
        return change();
      case 5:
      case 6:
      case 7:
        return add_version();
      case 8:
        return RollBack{number(), one_in(2) ? text() : ""};
      case 9:
      case 10:
        return MoveLifecycle{static_cast<Status>(below(4))};
      case 11:
      case 12:
        return MoveLabel{label(), number()};
      case 13:
        return RemoveLabel{label()};
      case 14:
        return one_in(2) ? AnyCommand{DeletePrompt{}} : AnyCommand{RestorePrompt{}};
      default:
        return settings::ProtectLabel{label(), one_in(2)};
    }
  }

  std::string text() {
    return pick<std::string>({"", "plain", "line\nbreak\ttab", "é😀 \"quoted\" \\ /", "{\"reason\":1}", "x"});
  }
  std::string name() {
    return pick<std::string>(
        {"a", "b", "c/d e", "é\"'%;--", std::string(255, 'n'), "a", "b", rarely<std::string>(bad_name(), "b")});
  }

 private:
  template <class T>
  T pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }
  template <class T>
  T rarely(T odd, T usual) {
    return one_in(12) ? odd : usual;
  }
  template <class T>
  std::optional<T> perhaps(T value) {
    return one_in(2) ? std::optional{std::move(value)} : std::nullopt;
  }

  std::string bad_name() {
    return pick<std::string>({"", std::string(256, 'n'), "\xFF", std::string("a\0b", 3), "\x01"});
  }
  std::string label() {
    return pick<std::string>(
        {"production", "staging", "a.b_c-1", "production", rarely<std::string>("Bad Label", "staging")});
  }
  VersionNumber number() { return static_cast<VersionNumber>(below(5)); }

  std::vector<std::string> tags() {
    std::vector<std::string> out;
    for (std::size_t n = below(4); n > 0; --n)
      out.push_back(pick<std::string>({"x", "y", "é z", rarely<std::string>("", "w")}));
    return out;
  }

  JsonText object() {
    return pick<JsonText>({{"{}"},
                           {R"({"a":[1,2.5,null,true,"é"]})"},
                           {R"({"reason":"inner"})"},
                           rarely<JsonText>({"[]"}, {R"({"n":-7})"})});
  }

  std::string template_text() {
    std::string out;
    for (std::size_t n = 1 + below(5); n > 0; --n) {
      out += pick<std::string>({"{{a}}", "{{ b.c }}", "{{_x-1}}", "text ", "é\n", "${y} {z}", "\"\\\x01", "}} ",
                                rarely<std::string>("{{", "w"), rarely<std::string>("{{not a name}}", "v")});
    }
    return out;
  }

  Body body() {
    if (!one_in(3)) return Text{template_text()};
    Chat chat;
    for (std::size_t n = 1 + below(4); n > 0; --n) {
      if (one_in(4)) {
        chat.messages.emplace_back(Placeholder{rarely<std::string>("a", "history")});
      } else {
        chat.messages.emplace_back(Message{pick<std::string>({"system", "user"}), template_text()});
      }
    }
    return chat;
  }

  Variable variable(std::string variable_name) {
    Variable out{.name = std::move(variable_name),
                 .type = static_cast<VariableType>(below(6)),
                 .required = one_in(2),
                 .default_value = {},
                 .options = {},
                 .description = text()};
    const JsonText values[] = {{"\"s\""}, {"1.5"}, {"7"}, {"true"}, {"[1]"}, {"{\"k\":\"v\"}"}};
    const JsonText& fitting = values[static_cast<std::size_t>(out.type)];
    if (one_in(3)) out.default_value = rarely(values[below(6)], fitting);
    if (one_in(4)) out.options = {fitting};
    return out;
  }

  ContentChange content(bool needs_body) {
    ContentChange out;
    if (needs_body || one_in(2)) out.body = body();
    if (one_in(4)) out.variables = std::vector{variable("a"), variable("b.c")};
    if (one_in(3)) out.config = object();
    if (one_in(2)) out.syntax = one_in(3) ? Syntax::strict : Syntax::lenient;
    return out;
  }

  CreatePrompt create() {
    CreatePrompt out;
    out.name = {pick<std::string>({"k1", "k2/é"}), name()};
    out.title = text();
    out.description = text();
    out.tags = tags();
    out.metadata = object();
    out.content = content(true);
    out.source = text();
    out.explanation = text();
    out.change_log = text();
    if (one_in(2)) out.labels = {label(), label()};
    out.request_id = text();
    return out;
  }

  ForkPrompt fork() {
    ForkPrompt out;
    out.name = name();
    out.version = perhaps(number());
    out.title = perhaps(text());
    out.tags = perhaps(tags());
    out.metadata = perhaps(object());
    out.change_log = text();
    return out;
  }

  ChangePrompt change() {
    ChangePrompt out;
    out.name = perhaps(name());
    out.category = perhaps(pick<std::string>({"k1", "k2/é"}));
    out.title = perhaps(text());
    out.description = perhaps(text());
    out.tags = perhaps(tags());
    out.metadata = perhaps(object());
    if (one_in(2)) out.content = content(false);
    out.change_log = text();
    return out;
  }

  AddVersion add_version() {
    AddVersion out;
    out.content = content(false);
    out.source = text();
    if (one_in(4)) out.parent_version = number();
    out.explanation = text();
    out.change_log = text();
    return out;
  }

  std::mt19937 random_;
};

}  // namespace ledger::prompt
