#include "projections/analytics/sums.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "projections/analytics/counted_execution.hpp"
#include "projections/analytics/roll_ups.hpp"
#include "projections/conditions.hpp"

namespace ledger::projections {
namespace {

constexpr std::array kFinestCut{Level::quarter, Level::day};
constexpr std::array kCoarserCut{Level::quarter, Level::hour, Level::day, Level::month};
constexpr std::string_view kFetchRows = "2000";

// Rows of one table that the pieces lie in.
struct Source {
  std::optional<Level> level;
  Grain grain;
  std::vector<Timestamp> begins, ends;
};

// Neighbours become one, so that each is one look into an index.
std::vector<Source> sources_of(const Selection& selection, std::span<const Piece> pieces) {
  std::vector<Source> sources;
  for (const auto& piece : pieces) {
    auto of = std::find_if(sources.begin(), sources.end(), [&](const Source& one) { return one.level == piece.level; });
    if (of == sources.end()) of = sources.insert(of, {piece.level, piece.level == Level::quarter ? Grain::finest : selection.grain, {}, {}});
    if (!of->ends.empty() && of->ends.back() == piece.from) {
      of->ends.back() = piece.until;
    } else {
      of->begins.push_back(piece.from);
      of->ends.push_back(piece.until);
    }
  }
  return sources;
}

struct Query {
  std::string from;  // FROM … WHERE …
  Conditions conditions;
};

// The source's rows: series `s` and slots `t`, or single executions `e`.
Query rows_of(const Selection& selection, const Source& source) {
  Query query;
  auto& conditions = query.conditions;
  const std::string pieces = "unnest(" + conditions.param(source.begins) + ", " + conditions.param(source.ends) + ") AS piece (begins, ends)";
  const bool singly = !source.level.has_value();
  conditions.where(singly ? "e.workspace = " : "s.workspace = ", selection.workspace);
  if (selection.prompts) conditions.where(singly ? "e.prompt_id = ANY(" : "s.prompt_id = ANY(", *selection.prompts, ")");
  if (singly) {
    query.from = " FROM " + pieces + " JOIN executions.execution e ON e.created_at >= piece.begins AND e.created_at < piece.ends ";
  } else {
    conditions.where("s.grain = ", to_text(source.grain));
    // OFFSET 0 keeps the planner from joining the whole table with pieces whose length it cannot know: it looks up each series' slots.
    query.from = " FROM " + pieces + " CROSS JOIN analytics.series s CROSS JOIN LATERAL (SELECT * FROM analytics." + std::string{to_text(*source.level)} +
                 " slots WHERE slots.series = s.id AND slots.slot >= piece.begins AND slots.slot < piece.ends OFFSET 0) t ";
  }
  query.from += conditions.sql();
  return query;
}

const std::string kSelectSlots = "SELECT s.prompt_id, s.prompt_version, s.label, s.model, t.slot, " + std::string{kTallyColumns};
const std::string kSelectSingle =
    "SELECT e.user_name, e.workspace, e.prompt_id, e.prompt_version, e.label, e.model, e.status, e.validation_status, e.token_usage, e.cost_usd::text, "
    "e.latency_ms, e.created_at, coalesce((SELECT a.priced_usd FROM analytics.execution a WHERE a.id = e.id), 0)::text";

Alike slot_of_row(const pg::Row& row) {
  return {.prompt = std::string{row.text(0)},
          .version = static_cast<prompt::VersionNumber>(row.number(1)),
          .label = std::string{row.text(2)},
          .model = std::string{row.text(3)},
          .user = {},
          .at = row.time(4),
          .tally = tally_of(row, 5)};
}

Alike single_of_row(const pg::Row& row) {
  const auto state = counted_state_of(row, 1);
  const auto& request = state.request;
  Alike one{request.prompt, request.version, request.label, request.model, std::string{row.text(0)}, state.created_at, {}};
  one.tally.add(contribution_of(state, parse_money(row.text(12)).value()));
  return one;
}

}  // namespace

std::vector<Piece> pieces_of(const Selection& selection, Timestamp from, Timestamp until) {
  if (selection.singly) return cut(from, until, {});
  if (selection.grain == Grain::finest) return cut(from, until, kFinestCut);
  return cut(from, until, kCoarserCut);
}

std::vector<RowsQuery> row_queries(const Selection& selection, std::span<const Piece> pieces) {
  std::vector<RowsQuery> queries;
  for (const auto& source : sources_of(selection, pieces)) {
    const auto query = rows_of(selection, source);
    queries.push_back({(source.level ? kSelectSlots : kSelectSingle) + query.from, query.conditions.params(), !source.level});
  }
  return queries;
}

void each_alike(pg::Connection& connection, const Selection& selection, std::span<const Piece> pieces, const std::function<void(Alike)>& take) {
  for (const auto& query : row_queries(selection, pieces)) {
    connection.query("DECLARE alike NO SCROLL CURSOR FOR " + query.sql, query.params);
    for (;;) {
      const auto rows = connection.query("FETCH " + std::string{kFetchRows} + " FROM alike");
      if (rows.empty()) break;
      for (const pg::Row row : rows) take(query.singly ? single_of_row(row) : slot_of_row(row));
    }
    connection.query("CLOSE alike");
  }
}

std::map<std::string, std::int64_t> count_by(pg::Connection& connection, const Selection& selection, std::span<const Piece> pieces, const std::string& column) {
  std::map<std::string, std::int64_t> counts;
  for (const auto& source : sources_of(selection, pieces)) {
    const auto query = rows_of(selection, source);
    const std::string counted = source.level ? "s." + column + "::text, sum(t.pending + t.running + t.completed + t.failed + t.cancelled)::int8"
                                             : "e." + column + "::text, count(*)";
    for (const pg::Row row : connection.query("SELECT " + counted + query.from + " GROUP BY 1", query.conditions.params())) {
      counts[std::string{row.text(0)}] += row.number(1);
    }
  }
  return counts;
}

}  // namespace ledger::projections
