#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "infra/postgres/connection.hpp"
#include "projections/analytics/series.hpp"
#include "projections/analytics/slots.hpp"
#include "projections/analytics/tally.hpp"

namespace ledger::projections {

// Whose executions are summed up: of a workspace, or of one or some prompts of it; and what they have to be told apart by.
struct Selection {
  std::string workspace;
  Grain grain = Grain::workspace;
  std::optional<std::vector<std::string>> prompts = {};
  bool singly = false;  // by what no roll-up tells apart
};

// Executions that are alike, of one slot, or a single one. What the selection does not tell apart may be empty.
struct Alike {
  std::string prompt;
  prompt::VersionNumber version = 0;
  std::string label;
  std::string model;
  std::string user;
  Timestamp at{};
  Tally tally;
};

// The pieces of a period that the selection is summed up from.
std::vector<Piece> pieces_of(const Selection& selection, Timestamp from, Timestamp until);

// One of the queries that the pieces are read by, each from one table.
struct RowsQuery {
  std::string sql;
  pg::Params params;
  bool singly = false;
};
std::vector<RowsQuery> row_queries(const Selection& selection, std::span<const Piece> pieces);

// Every row of the pieces, each whole within its piece, in no order; whatever their number, few are in memory at a time. Within one
// snapshot, which the caller's transaction has to be of.
void each_alike(pg::Connection& connection, const Selection& selection, std::span<const Piece> pieces, const std::function<void(Alike)>& take);

// How many executions there are of each word in a column of series: prompt_id, prompt_version, label, model; or user_name, singly.
std::map<std::string, std::int64_t> count_by(pg::Connection& connection, const Selection& selection, std::span<const Piece> pieces, const std::string& column);

}  // namespace ledger::projections
