#include "commands/prompt/prompt_checks.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "domain/prompt/limits.hpp"

namespace ledger::prompt {
namespace {

bool is_label_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

}  // namespace

void check_name(const Name& name, FieldChecks& checks) {
  checks.text("name", name.name, 1, limits::kNameCharacters);
  checks.text("category", name.category, 1, limits::kCategoryCharacters);
}

std::optional<Name> if_allowed(Name name) {
  FieldChecks checks;
  check_name(name, checks);
  return checks.passed() ? std::optional{std::move(name)} : std::nullopt;
}

void check_title(std::string_view title, FieldChecks& checks) {
  checks.text("title", title, 0, limits::kTitleCharacters);
}

void check_description(std::string_view description, FieldChecks& checks) {
  checks.text("description", description, 0, limits::kDescriptionCharacters);
}

void check_tags(const std::vector<std::string>& tags, FieldChecks& checks) {
  checks.count("tags", tags.size(), limits::kTags, "tags");
  for (std::size_t i = 0; i < tags.size(); ++i) checks.text(at_index("tags", i), tags[i], 1, limits::kTagCharacters);
}

void check_metadata(const JsonText& metadata, FieldChecks& checks) {
  if (kind(metadata) != JsonKind::object) {
    checks.add("metadata", "must be an object");
  } else if (const auto parsed = parse_json_text(metadata.text); !parsed) {
    checks.add("metadata", parsed.error());
  } else if (metadata.text.size() > limits::kMetadataBytes) {
    checks.add("metadata", "must have at most " + std::to_string(limits::kMetadataBytes) + " bytes as JSON, not " +
                               std::to_string(metadata.text.size()));
  }
}

void check_request_id(std::string_view request_id, FieldChecks& checks) {
  checks.text("request_id", request_id, 0, limits::kRequestIdCharacters);
}

void check_version_texts(std::string_view source, std::string_view explanation, std::string_view change_log,
                         FieldChecks& checks) {
  checks.text("source", source, 0, limits::kSourceCharacters);
  checks.text("explanation", explanation, 0, limits::kExplanationCharacters);
  checks.text("change_log", change_log, 0, limits::kChangeLogCharacters);
}

void check_label(const std::string& field, std::string_view label, FieldChecks& checks) {
  const bool shaped = !label.empty() && label.size() <= limits::kLabelCharacters &&
                      std::all_of(label.begin(), label.end(), is_label_character);
  if (!shaped) {
    checks.add(field,
               "a label has 1 to " + std::to_string(limits::kLabelCharacters) + " characters of a-z, 0-9, _ . and -");
  } else if (label == kLatestLabel) {
    checks.add(field, "latest always points to the newest version and cannot be set, removed or protected");
  }
}

std::vector<std::string> without_repeats(const std::vector<std::string>& texts) {
  std::vector<std::string> out;
  std::unordered_set<std::string_view> seen;
  for (const auto& text : texts) {
    if (seen.insert(text).second) out.push_back(text);
  }
  return out;
}

std::optional<Rejection> refuse_missing(const State& state) {
  if (!state.exists()) return Rejection{Code::not_found, "there is no such prompt", {}};
  if (state.deleted())
    return Rejection{
        Code::not_found, "the prompt is deleted; restoring it brings it back: POST /prompts/{id}/restore", {}};
  return std::nullopt;
}

std::optional<Rejection> refuse_taken(const Name& name, const std::optional<std::string>& holder) {
  if (!holder) return std::nullopt;
  return Rejection{
      Code::name_taken,
      "the name \"" + name.name + "\" in the category \"" + name.category + "\" is held by prompt " + *holder,
      {}};
}

std::optional<Rejection> refuse_protected(std::string_view label, const LabelRules& rules) {
  if (rules.role >= access::Role::publisher || !rules.protected_labels.contains(label)) return std::nullopt;
  return Rejection{
      Code::forbidden, "the label \"" + std::string{label} + "\" is protected: only publishers may move it", {}};
}

}  // namespace ledger::prompt
