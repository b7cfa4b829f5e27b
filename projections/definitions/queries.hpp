#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "infra/postgres/pool.hpp"
#include "projections/definitions/model_rows.hpp"
#include "projections/time_page.hpp"

namespace ledger::projections {

// What is absent does not filter.
struct ModelFilter {
  std::optional<std::string> name = {}, provider = {}, capability = {};
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

 private:
  pg::Pool& pool_;
};

}  // namespace ledger::projections
