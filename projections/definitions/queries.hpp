#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "infra/postgres/pool.hpp"
#include "projections/definitions/model_rows.hpp"
#include "projections/definitions/score_definition_rows.hpp"
#include "projections/time_page.hpp"

namespace ledger::projections {

// What is absent does not filter.
struct ModelFilter {
  std::optional<std::string> name = {}, provider = {}, capability = {};
  bool deleted = false;   // only deleted ones, instead of none
};

struct ScoreDefinitionFilter {
  std::optional<std::string> name = {};
  std::optional<score::Type> type = {};
  bool deleted = false;   // only deleted ones, instead of none
};

// What models cost, by their names; a model without prices is absent.
using PriceLists = std::map<std::string, model::Prices, std::less<>>;

// Reads what a workspace has defined. Everything is of one workspace: what belongs to another is not there. Thread-safe. Throws pg::Fault.
class DefinitionQueries {
 public:
  explicit DefinitionQueries(pg::Pool& pool) : pool_{pool} {}

  // A deleted one, too.
  std::optional<ModelEntry> model(const std::string& workspace, const std::string& id);
  // Newest first.
  TimePage<ModelEntry> models(const std::string& workspace, const ModelFilter& filter, const std::optional<TimeMark>& after, int limit);
  // Of models that were deleted, too: what ran on them keeps its price.
  PriceLists prices(const std::string& workspace, const std::vector<std::string>& names);

  // The same two of score definitions.
  std::optional<ScoreDefinitionEntry> score_definition(const std::string& workspace, const std::string& id);
  TimePage<ScoreDefinitionEntry> score_definitions(const std::string& workspace, const ScoreDefinitionFilter& filter, const std::optional<TimeMark>& after, int limit);

 private:
  pg::Pool& pool_;
};

}  // namespace ledger::projections
