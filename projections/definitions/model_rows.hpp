#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/model/model.hpp"
#include "infra/postgres/connection.hpp"
#include "projections/fold_streams.hpp"

namespace ledger::projections {

struct ModelEntry {
  std::string id;
  model::State state;
};

// The columns of the table `model_definition`, for a SELECT whose rows model_of reads.
inline constexpr std::string_view kModelColumns =
    "id, workspace, version, name, provider, display_name, description, context_window, max_output_tokens, capabilities, prices, author, created_at, updated_at, "
    "deleted_at";
ModelEntry model_of(const pg::Row& row);

std::map<std::string, model::State> load_models(pg::Connection& connection, const std::vector<std::string>& ids);
void write_models(pg::Connection& connection, const FoldedStreams<model::State>& models);

}  // namespace ledger::projections
