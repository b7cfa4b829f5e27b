#include "projections/prompt_catalog/prompt_catalog.hpp"

#include "domain/prompt/state.hpp"
#include "domain/settings/settings.hpp"
#include "projections/fold_streams.hpp"
#include "projections/prompt_catalog/prompt_rows.hpp"
#include "projections/prompt_catalog/settings_rows.hpp"
#include "projections/sql_files.hpp"

namespace ledger::projections {

std::string_view PromptCatalogProjection::tables_sql() const {
  return sql_file("projections/prompt_catalog/tables.sql");
}
std::string_view PromptCatalogProjection::indexes_sql() const {
  return sql_file("projections/prompt_catalog/indexes.sql");
}

std::vector<std::string_view> PromptCatalogProjection::kinds() const { return {prompt::kStreamKind, settings::kStreamKind}; }

std::vector<Refusal> PromptCatalogProjection::apply(pg::Connection& connection, std::span<const Applied> batch) const {
  std::vector<Refusal> refusals;
  write_prompts(
      connection,
      fold_streams<prompt::State>(
          batch, prompt::kStreamKind, [&](const auto& ids) { return load_prompts(connection, ids); }, refusals));
  write_settings(
      connection,
      fold_streams<settings::State>(
          batch, settings::kStreamKind, [&](const auto& ids) { return load_settings(connection, ids); }, refusals));
  return refusals;
}

}  // namespace ledger::projections
