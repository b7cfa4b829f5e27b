#pragma once

#include <string>
#include <vector>

#include "commands/field_checks.hpp"
#include "domain/prompt/content.hpp"

namespace ledger::prompt {

// Each variable by itself: its name, its texts, a default and options that fit its type.
void check_variables(const std::vector<Variable>& variables, FieldChecks& checks);

// Of a variable or a placeholder.
void check_variable_name(const std::string& field, std::string_view name, FieldChecks& checks);

}  // namespace ledger::prompt
