#include "commands/prompt/variable_checks.hpp"

#include <algorithm>

#include "domain/prompt/limits.hpp"
#include "domain/prompt/render.hpp"
#include "domain/prompt/template.hpp"

namespace ledger::prompt {
namespace {

// Storable, of the declared type, not too large.
void check_value(const std::string& field, const JsonText& value, VariableType type, FieldChecks& checks) {
  if (const auto parsed = parse_json_text(value.text); !parsed) {
    checks.add(field, parsed.error());
  } else if (value.text.size() > limits::kVariableValueBytes) {
    checks.add(field, "must have at most " + std::to_string(limits::kVariableValueBytes) + " bytes as JSON, not " +
                          std::to_string(value.text.size()));
  } else if (!has_type(value, type)) {
    checks.add(field, "must be of type " + std::string{to_text(type)} + ", not " + std::string{to_text(kind(value))});
  }
}

void check_variable(const std::string& field, const Variable& variable, FieldChecks& checks) {
  check_variable_name(field + ".name", variable.name, checks);
  checks.text(field + ".description", variable.description, 0, limits::kVariableDescriptionCharacters);
  const auto& options = variable.options;
  checks.count(field + ".options", options.size(), limits::kOptions, "options");
  const std::size_t checked = std::min(options.size(), limits::kOptions);  // of too many, one sentence is enough
  for (std::size_t i = 0; i < checked; ++i) {
    const std::string place = at_index(field + ".options", i);
    check_value(place, options[i], variable.type, checks);
    const auto here = options.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(options.begin(), here, options[i]) != here) checks.add(place, "is given twice");
  }
  if (!variable.default_value) return;
  check_value(field + ".default", *variable.default_value, variable.type, checks);
  if (!options.empty() && std::find(options.begin(), options.end(), *variable.default_value) == options.end()) {
    checks.add(field + ".default", "must be one of the options");
  }
}

}  // namespace

void check_variable_name(const std::string& field, std::string_view name, FieldChecks& checks) {
  if (!is_variable_name(name)) {
    checks.add(field, "must begin with a letter or _ and go on with letters, digits and _ . -");
  } else {
    checks.text(field, name, 1, limits::kVariableNameCharacters);
  }
}

void check_variables(const std::vector<Variable>& variables, FieldChecks& checks) {
  checks.count("variables", variables.size(), limits::kVariables, "variables");
  const std::size_t checked = std::min(variables.size(), limits::kVariables);
  for (std::size_t i = 0; i < checked; ++i) check_variable(at_index("variables", i), variables[i], checks);
}

}  // namespace ledger::prompt
