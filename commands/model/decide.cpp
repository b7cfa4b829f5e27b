#include <algorithm>
#include <utility>

#include "commands/field_checks.hpp"
#include "commands/model/commands.hpp"
#include "domain/model/limits.hpp"

namespace ledger::model {
namespace {

void check_tokens(const std::string& field, const std::optional<std::uint64_t>& tokens, FieldChecks& checks) {
  if (tokens && (*tokens == 0 || *tokens > static_cast<std::uint64_t>(limits::kWindowTokens))) {
    checks.add(field, "must be a number of tokens from 1 to " + std::to_string(limits::kWindowTokens));
  }
}

void check(const Details& details, FieldChecks& checks) {
  checks.text("provider", details.provider, 0, limits::kProviderCharacters);
  checks.text("display_name", details.display_name, 0, limits::kDisplayNameCharacters);
  checks.text("description", details.description, 0, limits::kDescriptionCharacters);
  check_tokens("context_window", details.context_window, checks);
  check_tokens("max_output_tokens", details.max_output_tokens, checks);
  checks.count("capabilities", details.capabilities.size(), limits::kCapabilities, "capabilities");
  for (std::size_t i = 0; i < details.capabilities.size(); ++i) {
    checks.word(at_index("capabilities", i), details.capabilities[i], limits::kCapabilityCharacters);
  }
}

void check_rates(const std::string& field, const Rates& rates, FieldChecks& checks) {
  for (const auto& [kind, rate] : rates) {
    checks.word(field + "." + kind, kind, limits::kKindCharacters);
    if (rate.micros < 0 || rate.micros > limits::kRateMicros) checks.add(field + "." + kind, "must be from 0 to " + to_text(Money{limits::kRateMicros}));
  }
}

// Prices in the order in which they hold.
void check(const Prices& prices, FieldChecks& checks) {
  checks.count("prices", prices.size(), limits::kPrices, "prices");
  for (std::size_t i = 0; i < prices.size(); ++i) {
    const auto& price = prices[i];
    const auto field = at_index("prices", i);
    if (i > 0 && price.valid_from == prices[i - 1].valid_from) checks.add(field + ".valid_from", "another price is valid from the same time");
    checks.count(field, price.per_million_tokens.size() + price.per_unit.size(), limits::kKinds, "kinds");
    check_rates(field + ".per_million_tokens", price.per_million_tokens, checks);
    check_rates(field + ".per_unit", price.per_unit, checks);
    for (const auto& [kind, rate] : price.per_unit) {
      if (price.per_million_tokens.contains(kind)) checks.add(field + ".per_unit." + kind, "has a price for tokens, too");
    }
  }
}

Prices in_order(Prices prices) {
  std::ranges::stable_sort(prices, {}, &Price::valid_from);
  return prices;
}

// Each once, in the order given.
std::vector<std::string> each_once(const std::vector<std::string>& words) {
  std::vector<std::string> once;
  for (const auto& word : words) {
    if (std::ranges::find(once, word) == once.end()) once.push_back(word);
  }
  return once;
}

Details after(Details details, const ChangeModel& change) {
  if (change.provider) details.provider = *change.provider;
  if (change.display_name) details.display_name = *change.display_name;
  if (change.description) details.description = *change.description;
  if (change.context_window) details.context_window = *change.context_window;
  if (change.max_output_tokens) details.max_output_tokens = *change.max_output_tokens;
  if (change.capabilities) details.capabilities = each_once(*change.capabilities);
  return details;
}

std::optional<Rejection> refuse_absent(const State& state) {
  if (!state.exists() || state.deleted_at) return Rejection{Code::not_found, "there is no such model", {}};
  return std::nullopt;
}

Decision<Event> create(const CreateModel& command) {
  FieldChecks checks;
  checks.text("name", command.name, 1, limits::kNameCharacters);
  Created created{command.name, command.details, in_order(command.prices)};
  created.details.capabilities = each_once(command.details.capabilities);
  check(created.details, checks);
  check(created.prices, checks);
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  return Event{std::move(created)};
}

}  // namespace

Decision<Event> decide(const State& state, const CreateModel& command) {
  if (state.deleted_at) {
    return tl::unexpected(Rejection{Code::already_exists, "the model \"" + command.name + "\" was deleted: restore it, and change what has changed", {}});
  }
  if (state.exists()) return tl::unexpected(Rejection{Code::already_exists, "there is a model \"" + command.name + "\" already", {}});
  return create(command);
}

Decision<Event> decide(const State& state, const SeedModel& command) {
  if (state.exists()) return std::nullopt;
  return create(command.model);
}

Decision<Event> decide(const State& state, const ChangeModel& command) {
  if (auto refused = refuse_absent(state)) return tl::unexpected(*std::move(refused));
  const Details details = after(state.details, command);
  const Prices prices = command.prices ? in_order(*command.prices) : state.prices;
  FieldChecks checks;
  check(details, checks);
  check(prices, checks);
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  Changed changed;
  if (details != state.details) changed.details = ChangedDetails{state.details, details};
  if (prices != state.prices) changed.prices = ChangedPrices{state.prices, prices};
  if (changed == Changed{}) return std::nullopt;
  return Event{std::move(changed)};
}

Decision<Event> decide(const State& state, const DeleteModel&) {
  if (auto refused = refuse_absent(state)) return tl::unexpected(*std::move(refused));
  return Event{Deleted{state.name}};
}

Decision<Event> decide(const State& state, const RestoreModel&) {
  if (!state.exists()) return tl::unexpected(*refuse_absent(state));
  if (!state.deleted_at) return std::nullopt;
  return Event{Restored{state.name}};
}

}  // namespace ledger::model
