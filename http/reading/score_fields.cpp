#include "http/reading/score_fields.hpp"

#include <limits>

#include "domain/json.hpp"
#include "http/reading/choices.hpp"
#include "infra/crypto/uuid.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;
using score::TargetKind;

constexpr std::int64_t kVersionMax = std::numeric_limits<std::int32_t>::max();

// What names each kind of target.
constexpr std::pair<std::string_view, TargetKind> kTargets[] = {{"execution_id", TargetKind::execution},
                                                                {"trace_id", TargetKind::trace},
                                                                {"session", TargetKind::session},
                                                                {"prompt_id", TargetKind::version},
                                                                {"test_run_id", TargetKind::test_run}};

// Exactly one of them.
void read_target(Fields& fields, score::GiveScore& command) {
  int named = 0;
  for (const auto& [field, kind] : kTargets) {
    const bool there = fields.has(field);
    const auto id = fields.optional_string(field);
    if (!there) continue;
    if (++named > 1) fields.refuse(field, "must not stand beside another target: a score is of one thing");
    command.target = kind;
    command.target_id = id.value_or("");
  }
  if (named == 0) fields.refuse("execution_id", "is missing: say what is scored by execution_id, trace_id, session, prompt_id and version, or test_run_id");
  const auto version = fields.optional_integer("version", 1, kVersionMax);
  const bool of_version = command.target == TargetKind::version;
  if (of_version && !fields.has("version")) fields.refuse("version", "is missing: which version of the prompt is scored");
  if (!of_version && version) fields.refuse("version", "belongs to prompt_id");
  command.target_version = static_cast<prompt::VersionNumber>(version.value_or(0));
}

score::Said read_value(Fields& fields) {
  const json* const value = fields.optional_any("value");
  if (value == nullptr) {
    fields.refuse("value", "is missing");
  } else if (value->is_boolean()) {
    return value->get<bool>();
  } else if (value->is_string()) {
    return value->get<std::string>();
  } else if (value->is_number()) {
    return fields.required_score("value");
  } else {
    fields.refuse("value", "must be a number, true or false, or a string");
  }
  return false;
}

std::optional<std::optional<Score>> read_bound(Fields& fields, std::string_view name) {
  if (fields.is_null(name)) return std::optional<Score>();
  const auto bound = fields.optional_score(name);
  if (!bound) return std::nullopt;
  return bound;
}

std::string text(Fields& fields, std::string_view name) { return fields.optional_string(name).value_or(""); }

}  // namespace

score::GiveScore read_score(Fields& fields) {
  score::GiveScore command;
  read_target(fields, command);
  command.name = text(fields, "name");
  command.type = fields.optional_choice<score::Type>("type", words_of(score::kTypes));
  command.value = read_value(fields);
  command.comment = text(fields, "comment");
  command.source = fields.optional_choice<score::Source>("source", words_of(score::kSources)).value_or(score::Source::api);
  command.user = text(fields, "user");
  command.definition = fields.optional_string("definition_id");
  if (command.definition && !crypto::is_uuid(*command.definition)) fields.refuse("definition_id", "must be the id of a score definition (a UUID)");
  return command;
}

score_definition::CreateDefinition read_create_definition(Fields& fields) {
  return {.name = fields.required_string("name"),
          .type = fields.required_choice<score::Type>("type", words_of(score::kTypes)),
          .rules = {.description = text(fields, "description"),
                    .lowest = fields.optional_score("min"),
                    .highest = fields.optional_score("max"),
                    .categories = fields.optional_strings("categories").value_or(std::vector<std::string>{})}};
}

score_definition::ChangeDefinition read_change_definition(Fields& fields) {
  return {.description = fields.optional_string("description"),
          .lowest = read_bound(fields, "min"),
          .highest = read_bound(fields, "max"),
          .categories = fields.optional_strings("categories")};
}

projections::ScoreFilter read_score_filter(Query& query) {
  projections::ScoreFilter filter;
  filter.kind = query.choice<projections::ScoreKind>("kind", words_of(projections::kScoreKinds));
  for (const auto& [parameter, kind] : kTargets) {
    if (kind == TargetKind::version) continue;
    if (const auto id = query.text(parameter)) {
      if (filter.target) query.refuse(parameter, "must not stand beside another target: a score is of one thing");
      filter.target = {kind, *id};
    }
  }
  filter.prompt = query.text("prompt_id");
  if (const auto version = query.integer("version", 1, kVersionMax)) filter.version = static_cast<prompt::VersionNumber>(*version);
  filter.name = query.text("name");
  filter.type = query.choice<score::Type>("type", words_of(score::kTypes));
  filter.source = query.choice<score::Source>("source", words_of(score::kSources));
  filter.user = query.text("user");
  filter.author = query.text("author");
  filter.definition = query.text("definition_id");
  filter.created = {query.time("created_from"), query.time("created_until")};
  return filter;
}

projections::ScoreDefinitionFilter read_definition_filter(Query& query) {
  return {.name = query.text("name"), .type = query.choice<score::Type>("type", words_of(score::kTypes)), .deleted = query.boolean("deleted").value_or(false)};
}

}  // namespace ledger::http
