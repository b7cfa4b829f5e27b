#include "commands/prompt/content_checks.hpp"
#include "commands/prompt/decide.hpp"
#include "commands/prompt/prompt_checks.hpp"
#include "domain/prompt/limits.hpp"

// How a prompt comes to be: created, or forked.
namespace ledger::prompt {
namespace {

Name fork_name(const State& source, const ForkPrompt& command) {
  return {command.category.value_or(source.name.category), command.name};
}

std::optional<Rejection> refuse_existing(const State& state) {
  if (!state.exists()) return std::nullopt;
  return Rejection{Code::already_exists, "there is a prompt with this id already", {}};
}

void check_beginning(const Beginning& beginning, FieldChecks& checks) {
  check_name(beginning.name, checks);
  check_title(beginning.title, checks);
  check_description(beginning.description, checks);
  check_tags(beginning.tags, checks);
  check_metadata(beginning.metadata, checks);
  check_version_texts(beginning.version.source, beginning.version.explanation, beginning.version.change_log, checks);
  checks.count("labels", beginning.labels.size(), limits::kLabels, "labels");
  for (std::size_t i = 0; i < beginning.labels.size(); ++i)
    check_label(at_index("labels", i), beginning.labels[i], checks);
  check_request_id(beginning.request_id, checks);
}

}  // namespace

std::optional<Name> wanted_name(const State&, const CreatePrompt& command) { return if_allowed(command.name); }

std::optional<Name> wanted_name(const State& source, const ForkPrompt& command) {
  return if_allowed(fork_name(source, command));
}

Decision<Event> decide(const State& state, const CreatePrompt& command, const CreateContext& context) {
  if (auto refused = refuse_existing(state)) return tl::unexpected(*std::move(refused));
  FieldChecks checks;
  Beginning beginning{
      .name = command.name,
      .title = command.title,
      .description = command.description,
      .tags = command.tags,
      .metadata = command.metadata,
      .version = {.number = 1,
                  .content = std::make_shared<const Content>(make_content(command.content, nullptr, checks)),
                  .source = command.source,
                  .parent_version = {},
                  .explanation = command.explanation,
                  .change_log = command.change_log},
      .labels = command.labels,
      .request_id = command.request_id,
  };
  check_beginning(beginning, checks);
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  beginning.tags = without_repeats(beginning.tags);
  beginning.labels = without_repeats(beginning.labels);
  for (const auto& label : beginning.labels) {
    if (auto refused = refuse_protected(label, context.labels)) return tl::unexpected(*std::move(refused));
  }
  if (auto refused = refuse_taken(beginning.name, context.holder)) return tl::unexpected(*std::move(refused));
  return Event{Created{std::move(beginning)}};
}

Decision<Event> decide(const State& state, const ForkPrompt& command, const ForkContext& context) {
  const State& source = context.source;
  if (auto refused = refuse_existing(state)) return tl::unexpected(*std::move(refused));
  if (auto refused = refuse_missing(source)) return tl::unexpected(*std::move(refused));
  const Version* version = source.find_version(command.version.value_or(source.latest()));
  FieldChecks checks;
  if (!version) {
    checks.add("version", "the prompt has the versions 1 to " + std::to_string(source.latest()));
    return tl::unexpected(*checks.rejection());
  }
  Beginning beginning{
      .name = fork_name(source, command),
      .title = command.title.value_or(source.title),
      .description = command.description.value_or(source.description),
      .tags = command.tags.value_or(source.tags),
      .metadata = command.metadata.value_or(source.metadata),
      .version = {.number = 1,
                  .content = version->content,
                  .source = version->source,
                  .parent_version = {},
                  .explanation = version->explanation,
                  .change_log = command.change_log},
      .labels = {},
      .request_id = command.request_id,
  };
  check_beginning(beginning, checks);
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  beginning.tags = without_repeats(beginning.tags);
  if (auto refused = refuse_taken(beginning.name, context.holder)) return tl::unexpected(*std::move(refused));
  return Event{Forked{std::move(beginning), {context.source_id, version->number}}};
}

}  // namespace ledger::prompt
