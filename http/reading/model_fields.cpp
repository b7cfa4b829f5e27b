#include "http/reading/model_fields.hpp"

#include <utility>

#include "commands/field_checks.hpp"
#include "domain/json.hpp"
#include "domain/model/limits.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;
namespace limits = model::limits;

model::Rates read_rates(Fields& price, std::string_view name) {
  model::Rates rates;
  const json* const given = price.optional_object(name);
  if (given == nullptr) return rates;
  Fields amounts = price.inside(*given, name);
  for (const auto& [kind, amount] : given->items()) {
    if (const auto rate = amounts.optional_money(kind)) rates.emplace(kind, *rate);
  }
  return rates;
}

model::Price read_price(Fields price, const json& given) {
  model::Price read;
  if (given.is_object() && !price.has("valid_from")) price.refuse("valid_from", "is missing");
  if (const auto from = price.optional_time("valid_from")) read.valid_from = *from;
  read.per_million_tokens = read_rates(price, "per_million_tokens");
  read.per_unit = read_rates(price, "per_unit");
  price.no_more();
  return read;
}

std::optional<model::Prices> read_prices(Fields& fields) {
  const json* const given = fields.optional_array("prices");
  if (given == nullptr) return std::nullopt;
  model::Prices prices;
  for (std::size_t i = 0; i < given->size(); ++i) prices.push_back(read_price(fields.inside((*given)[i], at_index("prices", i)), (*given)[i]));
  return prices;
}

std::optional<std::optional<std::uint64_t>> read_tokens(Fields& fields, std::string_view name) {
  if (fields.is_null(name)) return std::optional<std::uint64_t>();
  const auto tokens = fields.optional_integer(name, 1, limits::kWindowTokens);
  if (!tokens) return std::nullopt;
  return std::optional(static_cast<std::uint64_t>(*tokens));
}

std::string text(Fields& fields, std::string_view name) { return fields.optional_string(name).value_or(""); }

}  // namespace

model::CreateModel read_create_model(Fields& fields) {
  return {.name = fields.required_string("name"),
          .details = {.provider = text(fields, "provider"),
                      .display_name = text(fields, "display_name"),
                      .description = text(fields, "description"),
                      .context_window = read_tokens(fields, "context_window").value_or(std::nullopt),
                      .max_output_tokens = read_tokens(fields, "max_output_tokens").value_or(std::nullopt),
                      .capabilities = fields.optional_strings("capabilities").value_or(std::vector<std::string>{})},
          .prices = read_prices(fields).value_or(model::Prices{})};
}

model::ChangeModel read_change_model(Fields& fields) {
  return {.provider = fields.optional_string("provider"),
          .display_name = fields.optional_string("display_name"),
          .description = fields.optional_string("description"),
          .context_window = read_tokens(fields, "context_window"),
          .max_output_tokens = read_tokens(fields, "max_output_tokens"),
          .capabilities = fields.optional_strings("capabilities"),
          .prices = read_prices(fields)};
}

projections::ModelFilter read_model_filter(Query& query) {
  return {.name = query.text("name"),
          .provider = query.text("provider"),
          .capability = query.text("capability"),
          .deleted = query.boolean("deleted").value_or(false)};
}

}  // namespace ledger::http
