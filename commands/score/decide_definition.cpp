#include <set>
#include <utility>

#include "commands/field_checks.hpp"
#include "commands/score/commands.hpp"
#include "domain/score/limits.hpp"

namespace ledger::score_definition {
namespace {

using score::Type;
namespace limits = score::limits;

void check_bound(const std::string& field, const std::optional<Score>& bound, FieldChecks& checks) {
  if (bound && (*bound > limits::kMost || bound->millionths < -limits::kMost.millionths)) {
    checks.add(field, "must be from -" + to_text(limits::kMost) + " to " + to_text(limits::kMost));
  }
}

void check_categories(Type type, const std::vector<std::string>& categories, FieldChecks& checks) {
  if (type != Type::categorical) {
    if (!categories.empty()) checks.add("categories", "belong to a categorical score");
    return;
  }
  if (categories.empty()) checks.add("categories", "must hold at least one");
  checks.count("categories", categories.size(), limits::kCategories, "categories");
  std::set<std::string> seen;
  for (std::size_t i = 0; i < categories.size(); ++i) {
    checks.text(at_index("categories", i), categories[i], 1, limits::kCategoryCharacters);
    if (!seen.insert(categories[i]).second) checks.add(at_index("categories", i), "stands there already");
  }
}

void check(Type type, const Rules& rules, FieldChecks& checks) {
  checks.text("description", rules.description, 0, limits::kDescriptionCharacters);
  check_bound("min", rules.lowest, checks);
  check_bound("max", rules.highest, checks);
  if (type != Type::numeric && rules.lowest) checks.add("min", "belongs to a numeric score");
  if (type != Type::numeric && rules.highest) checks.add("max", "belongs to a numeric score");
  if (rules.lowest && rules.highest && *rules.highest < *rules.lowest) checks.add("max", "must not be below min");
  check_categories(type, rules.categories, checks);
}

Rules after(Rules rules, const ChangeDefinition& change) {
  if (change.description) rules.description = *change.description;
  if (change.lowest) rules.lowest = *change.lowest;
  if (change.highest) rules.highest = *change.highest;
  if (change.categories) rules.categories = *change.categories;
  return rules;
}

std::optional<Rejection> refuse_absent(const State& state) {
  if (!state.exists() || state.deleted_at) return Rejection{Code::not_found, "there is no such score definition", {}};
  return std::nullopt;
}

}  // namespace

Decision<Event> decide(const State& state, const CreateDefinition& command) {
  if (state.exists()) {
    return tl::unexpected(Rejection{Code::already_exists,
                                    "there is a definition of \"" + command.name + "\" already" + (state.deleted_at ? ", which was deleted: restore it, and change what has changed" : ""),
                                    {}});
  }
  FieldChecks checks;
  checks.word("name", command.name, limits::kNameCharacters);
  check(command.type, command.rules, checks);
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  return Event{Created{command.name, command.type, command.rules}};
}

Decision<Event> decide(const State& state, const ChangeDefinition& command) {
  if (auto refused = refuse_absent(state)) return tl::unexpected(*std::move(refused));
  const Rules rules = after(state.rules, command);
  FieldChecks checks;
  check(state.type, rules, checks);
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  if (rules == state.rules) return std::nullopt;
  return Event{Changed{state.rules, rules}};
}

Decision<Event> decide(const State& state, const DeleteDefinition&) {
  if (auto refused = refuse_absent(state)) return tl::unexpected(*std::move(refused));
  return Event{Deleted{state.name}};
}

Decision<Event> decide(const State& state, const RestoreDefinition&) {
  if (!state.exists()) return tl::unexpected(*refuse_absent(state));
  if (!state.deleted_at) return std::nullopt;
  return Event{Restored{state.name}};
}

}  // namespace ledger::score_definition
