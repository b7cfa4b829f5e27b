#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/field_checks.hpp"
#include "commands/prompt/decide.hpp"

// The fields of a prompt other than its content, and the guards that several decisions share.
namespace ledger::prompt {

void check_name(const Name& name, FieldChecks& checks);
// The name, unless it is none that a prompt may have: nobody holds those, and they need not be looked for.
std::optional<Name> if_allowed(Name name);
void check_title(std::string_view title, FieldChecks& checks);
void check_description(std::string_view description, FieldChecks& checks);
void check_tags(const std::vector<std::string>& tags, FieldChecks& checks);
void check_metadata(const JsonText& metadata, FieldChecks& checks);
void check_request_id(std::string_view request_id, FieldChecks& checks);
void check_version_texts(std::string_view source, std::string_view explanation, std::string_view change_log,
                         FieldChecks& checks);
// 1 to 36 of [a-z0-9_.-]; `latest` is not one that can be set.
void check_label(const std::string& field, std::string_view label, FieldChecks& checks);

// In order, each once.
std::vector<std::string> without_repeats(const std::vector<std::string>& texts);

// not_found unless there is such a prompt and it is not deleted.
std::optional<Rejection> refuse_missing(const State& state);
std::optional<Rejection> refuse_taken(const Name& name, const std::optional<std::string>& holder);
std::optional<Rejection> refuse_protected(std::string_view label, const LabelRules& rules);

}  // namespace ledger::prompt
