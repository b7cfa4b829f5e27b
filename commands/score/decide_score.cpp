#include <utility>

#include "commands/field_checks.hpp"
#include "commands/score/commands.hpp"
#include "domain/score/limits.hpp"

namespace ledger::score {
namespace {

Type looks_like(const Said& value) {
  return std::visit(Overloaded{[](Score) { return Type::numeric; }, [](bool) { return Type::boolean; }, [](const std::string&) { return Type::categorical; }}, value);
}

// As the type takes it; nothing when it is of another kind.
std::optional<Value> as_type(Type type, const Said& said) {
  switch (type) {
    case Type::numeric:
      if (const auto* number = std::get_if<Score>(&said)) return Value{*number};
      return std::nullopt;
    case Type::boolean:
      if (const auto* flag = std::get_if<bool>(&said)) return Value{*flag};
      return std::nullopt;
    case Type::categorical:
      if (const auto* word = std::get_if<std::string>(&said)) return Value{*word};
      return std::nullopt;
    case Type::text:
    case Type::correction:
      if (const auto* text = std::get_if<std::string>(&said)) return Value{PersonalText{*text, {}}};
      return std::nullopt;
  }
  return std::nullopt;
}

std::string_view wanted(Type type) {
  switch (type) {
    case Type::numeric:
      return "a number";
    case Type::boolean:
      return "true or false";
    case Type::categorical:
    case Type::text:
    case Type::correction:
      return "a string";
  }
  return "";
}

void check(const Value& value, FieldChecks& checks) {
  std::visit(Overloaded{
                 [&](Score number) {
                   if (number > limits::kMost || number.millionths < -limits::kMost.millionths) checks.add("value", "must be from -" + to_text(limits::kMost) + " to " + to_text(limits::kMost));
                 },
                 [](bool) {},
                 [&](const std::string& word) { checks.text("value", word, 1, limits::kCategoryCharacters); },
                 [&](const PersonalText& text) {
                   if (text.empty()) checks.add("value", "must not be empty");
                   checks.text_of_any_size("value", text.text, FieldChecks::Controls::any);
                   checks.count("value", text.text.size(), limits::kTextBytes, "bytes");
                 },
             },
             value);
}

// How the API calls what names the target.
std::string field_of(TargetKind kind) {
  switch (kind) {
    case TargetKind::execution:
      return "execution_id";
    case TargetKind::trace:
      return "trace_id";
    case TargetKind::session:
      return "session";
    case TargetKind::version:
      return "prompt_id";
    case TargetKind::test_run:
      return "test_run_id";
  }
  return "target";
}

void check_target(const GiveScore& command, const GiveContext& context, FieldChecks& checks) {
  const auto field = field_of(command.target);
  checks.text(field, command.target_id, 1, limits::kTargetCharacters);
  if (!context.target_exists) checks.add(field, command.target == TargetKind::version ? "there is no such version of a prompt" : "there is no such execution");
}

// What is said by the definition, and what contradicts it.
void check_definition(const GiveScore& command, const GiveContext& context, FieldChecks& checks) {
  if (!command.definition) return;
  if (!context.definition || context.definition->deleted_at) return checks.add("definition_id", "there is no such score definition");
  const auto& definition = *context.definition;
  if (!command.name.empty() && command.name != definition.name) checks.add("name", "must be \"" + definition.name + "\", as the definition says, or left out");
  if (command.type && *command.type != definition.type) checks.add("type", "must be " + std::string(to_text(definition.type)) + ", as the definition says, or left out");
}

}  // namespace

Decision<Event> decide(const State& state, const GiveScore& command, const GiveContext& context) {
  if (state.exists()) return tl::unexpected(Rejection{Code::already_exists, "there is a score with this id already", {}});
  const bool defined = command.definition && context.definition;
  Given given{.target = {command.target, command.target_id, context.prompt, context.version},
              .name = command.name.empty() && defined ? context.definition->name : command.name,
              .type = command.type.value_or(defined ? context.definition->type : looks_like(command.value)),
              .value = {},
              .comment = {command.comment, {}},
              .source = command.source,
              .user = command.user.empty() ? context.user : command.user,
              .checked_by = {}};
  FieldChecks checks;
  check_target(command, context, checks);
  checks.word("name", given.name, limits::kNameCharacters);
  check_definition(command, context, checks);
  checks.text("comment", command.comment, 0, limits::kCommentCharacters, FieldChecks::Controls::any);
  checks.text("user", command.user, 0, limits::kUserCharacters);
  if (const auto value = as_type(given.type, command.value)) {
    given.value = *value;
    check(given.value, checks);
    if (const auto why = defined ? score_definition::misfit(context.definition->rules, *value) : std::nullopt) checks.add("value", *why);
  } else {
    checks.add("value", "must be " + std::string(wanted(given.type)) + ": the score is " + std::string(to_text(given.type)));
  }
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  if (defined) given.checked_by = CheckedBy{*command.definition, context.definition->version};
  return Event{std::move(given)};
}

}  // namespace ledger::score
