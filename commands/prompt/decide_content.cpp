#include "commands/prompt/content_checks.hpp"
#include "commands/prompt/decide.hpp"
#include "commands/prompt/prompt_checks.hpp"

// What changes a prompt's fields and its content.
namespace ledger::prompt {
namespace {

// What is asked for, or nothing when it is so already.
template <class T>
std::optional<T> if_new(const std::optional<T>& wanted, const T& present) {
  return wanted && *wanted != present ? wanted : std::nullopt;
}

std::optional<Name> new_name(const State& state, const ChangePrompt& command) {
  Name name{command.category.value_or(state.name.category), command.name.value_or(state.name.name)};
  if (name == state.name) return std::nullopt;
  return name;
}

// A new version of this content, or nothing when the newest has it already.
std::optional<NewVersion> next_version(const State& state, const ContentChange& change, FieldChecks& checks) {
  if (change.empty()) return std::nullopt;
  const Version& latest = *state.versions.back();
  auto content = std::make_shared<const Content>(make_content(change, latest.content.get(), checks));
  if (*content == *latest.content) return std::nullopt;
  return NewVersion{.number = state.latest() + 1,
                    .content = std::move(content),
                    .source = {},
                    .parent_version = latest.number,
                    .explanation = {},
                    .change_log = {}};
}

bool says_nothing(const Changed& e) {
  return !e.renamed && !e.title && !e.description && !e.tags && !e.metadata && !e.version;
}

}  // namespace

std::optional<Name> wanted_name(const State& state, const ChangePrompt& command) {
  auto name = new_name(state, command);
  return name ? if_allowed(*std::move(name)) : std::nullopt;
}

Decision<Event> decide(const State& state, const ChangePrompt& command, const ChangeContext& context) {
  if (auto refused = refuse_missing(state)) return tl::unexpected(*std::move(refused));
  FieldChecks checks;
  Changed changed;
  if (const auto name = new_name(state, command)) {
    check_name(*name, checks);
    changed.renamed = Renamed{state.name, *name};
  }
  if (command.title) check_title(*command.title, checks);
  if (command.description) check_description(*command.description, checks);
  if (command.tags) check_tags(*command.tags, checks);
  if (command.metadata) check_metadata(*command.metadata, checks);
  check_version_texts(command.source, command.explanation, command.change_log, checks);
  changed.version = next_version(state, command.content, checks);
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  changed.title = if_new(command.title, state.title);
  changed.description = if_new(command.description, state.description);
  if (command.tags) changed.tags = if_new(std::optional{without_repeats(*command.tags)}, state.tags);
  changed.metadata = if_new(command.metadata, state.metadata);
  if (changed.version) {
    changed.version->source = command.source;
    changed.version->explanation = command.explanation;
    changed.version->change_log = command.change_log;
  }
  if (says_nothing(changed)) return std::nullopt;
  if (changed.renamed) {
    if (auto refused = refuse_taken(changed.renamed->to, context.holder)) return tl::unexpected(*std::move(refused));
  }
  return Event{std::move(changed)};
}

Decision<Event> decide(const State& state, const AddVersion& command, const AddVersionContext& context) {
  if (auto refused = refuse_missing(state)) return tl::unexpected(*std::move(refused));
  FieldChecks checks;
  if (command.content.empty()) checks.add("template", "a template, messages, variables or config are required");
  check_version_texts(command.source, command.explanation, command.change_log, checks);
  if (command.parent_version && !state.find_version(*command.parent_version)) {
    checks.add("parent_version", "the prompt has the versions 1 to " + std::to_string(state.latest()));
  }
  auto version = next_version(state, command.content, checks);
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  if (!version) return std::nullopt;
  version->parent_version = command.parent_version.value_or(state.latest());
  // Made from an older version by one who may not know the newer ones: their text would be lost from sight.
  if (version->parent_version != state.latest() && !context.expected_given) {
    return tl::unexpected(Rejection{Code::wrong_state,
                                    "the new version was made from version " +
                                        std::to_string(*version->parent_version) + ", but the newest is " +
                                        std::to_string(state.latest()) + "; send If-Match: \"" +
                                        std::to_string(state.version) + "\" to add it all the same",
                                    {}});
  }
  version->source = command.source;
  version->explanation = command.explanation;
  version->change_log = command.change_log;
  return Event{VersionAdded{*std::move(version)}};
}

Decision<Event> decide(const State& state, const RollBack& command, const NoContext&) {
  if (auto refused = refuse_missing(state)) return tl::unexpected(*std::move(refused));
  const Version* target = state.find_version(command.to);
  if (!target) {
    return tl::unexpected(Rejection{Code::not_found,
                                    "there is no version " + std::to_string(command.to) +
                                        "; the prompt has the versions 1 to " + std::to_string(state.latest()),
                                    {}});
  }
  FieldChecks checks;
  check_version_texts({}, {}, command.change_log, checks);
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  if (*target->content == *state.versions.back()->content) return std::nullopt;
  return Event{RolledBack{.to = target->number,
                          .version = {.number = state.latest() + 1,
                                      .content = target->content,
                                      .source = "rollback",
                                      .parent_version = state.latest(),
                                      .explanation = {},
                                      .change_log = command.change_log}}};
}

}  // namespace ledger::prompt
