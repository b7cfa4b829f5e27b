#include "projections/operations/rows.hpp"

#include <stdexcept>

namespace ledger::projections {
namespace {

const std::string kLoadSql = "SELECT " + std::string{kOperatedColumns} + " FROM projection WHERE name = ANY($1)";
const pg::Statement kLoad{"operations.load", kLoadSql};

const std::string kLoadSkippedSql = "SELECT " + std::string{kSkippedColumns} + " FROM skipped_event WHERE projection = ANY($1) ORDER BY projection, number";
const pg::Statement kLoadSkipped{"operations.load_skipped", kLoadSkippedSql};

const std::string kUpsertSql = "INSERT INTO projection (" + std::string{kOperatedColumns} + R"sql()
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
  ON CONFLICT (name) DO UPDATE SET
    version = excluded.version, paused_by = excluded.paused_by, pause_reason = excluded.pause_reason, paused_at = excluded.paused_at,
    rebuild = excluded.rebuild, force = excluded.force, max_records_per_s = excluded.max_records_per_s, requested_by = excluded.requested_by,
    request_reason = excluded.request_reason, requested_at = excluded.requested_at, node = excluded.node, started_at = excluded.started_at,
    cancelled = excluded.cancelled, outcome = excluded.outcome, records = excluded.records, duration_ms = excluded.duration_ms, detail = excluded.detail,
    different = excluded.different, ended_at = excluded.ended_at, tries = excluded.tries)sql";
const pg::Statement kUpsert{"operations.upsert", kUpsertSql};

const std::string kSkipSql = "INSERT INTO skipped_event (" + std::string{kSkippedColumns} + ", number) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const pg::Statement kSkip{"operations.insert_skipped", kSkipSql};

projection::Deed deed_of(const pg::Row& row, int actor) { return {std::string{row.text(actor)}, row.maybe_text(actor + 1), row.time(actor + 2)}; }

std::optional<projection::RebuildEnded> ended_of(const pg::Row& row) {
  if (row.is_null(14)) return std::nullopt;
  const auto outcome = projection::parse_outcome(row.text(14));
  if (!outcome) throw std::logic_error{"a stored rebuild has an unknown outcome"};
  return projection::RebuildEnded{.rebuild = std::string{row.text(5)},
                                  .outcome = *outcome,
                                  .records = static_cast<std::uint64_t>(row.number(15)),
                                  .duration_ms = row.number(16),
                                  .detail = std::string{row.text(17)},
                                  .different = row.texts(18)};
}

std::optional<projection::Rebuild> rebuild_of(const pg::Row& row) {
  if (row.is_null(5)) return std::nullopt;
  return projection::Rebuild{.request = {std::string{row.text(5)}, row.flag(6), row.number(7)},
                             .requested = deed_of(row, 8),
                             .node = std::string{row.text(11)},
                             .started_at = row.maybe_time(12),
                             .cancelled = row.flag(13),
                             .ended = ended_of(row),
                             .ended_at = row.maybe_time(19)};
}

projection::Skipped skipped_of(const pg::Row& row) {
  const projection::Place place{std::string{row.text(1)}, static_cast<std::int32_t>(row.number(2)), static_cast<std::uint64_t>(row.number(3))};
  return {{place, std::string{row.text(4)}, static_cast<std::uint64_t>(row.number(5)), std::string{row.text(6)}}, deed_of(row, 7)};
}

// What is told only when something was asked, or has ended.
template <class Source, class Get>
auto told(const std::optional<Source>& source, Get get) {
  return source ? std::optional(get(*source)) : std::nullopt;
}

void upsert(pg::Connection& connection, const std::string& name, const projection::State& state) {
  using projection::Deed, projection::Rebuild, projection::RebuildEnded;
  const auto& paused = state.paused;
  const auto& rebuild = state.rebuild;
  const auto ended = rebuild ? rebuild->ended : std::nullopt;
  connection.run(kUpsert, pg::Params{name, static_cast<std::int64_t>(state.version),
                                     told(paused, [](const Deed& d) { return d.actor; }),
                                     paused ? paused->reason : std::nullopt,
                                     told(paused, [](const Deed& d) { return d.at; }),
                                     told(rebuild, [](const Rebuild& r) { return r.request.rebuild; }),
                                     told(rebuild, [](const Rebuild& r) { return r.request.force; }),
                                     told(rebuild, [](const Rebuild& r) { return r.request.max_records_per_s; }),
                                     told(rebuild, [](const Rebuild& r) { return r.requested.actor; }),
                                     rebuild ? rebuild->requested.reason : std::nullopt,
                                     told(rebuild, [](const Rebuild& r) { return r.requested.at; }),
                                     told(rebuild, [](const Rebuild& r) { return r.node; }),
                                     rebuild ? rebuild->started_at : std::nullopt,
                                     told(rebuild, [](const Rebuild& r) { return r.cancelled; }),
                                     told(ended, [](const RebuildEnded& e) { return std::string{to_text(e.outcome)}; }),
                                     told(ended, [](const RebuildEnded& e) { return static_cast<std::int64_t>(e.records); }),
                                     told(ended, [](const RebuildEnded& e) { return e.duration_ms; }),
                                     told(ended, [](const RebuildEnded& e) { return e.detail; }),
                                     told(ended, [](const RebuildEnded& e) { return e.different; }),
                                     rebuild ? rebuild->ended_at : std::nullopt,
                                     static_cast<std::int64_t>(state.tries)});
}

void insert_skipped(pg::Connection& connection, const std::string& name, const projection::Skipped& skipped, std::size_t number) {
  const auto& [place, stream, sequence, error] = skipped.parked;
  connection.run(kSkip, pg::Params{name, place.topic, place.partition, static_cast<std::int64_t>(place.height), stream, static_cast<std::int64_t>(sequence), error,
                                   skipped.deed.actor, skipped.deed.reason, skipped.deed.at, static_cast<std::int64_t>(number)});
}

}  // namespace

OperatedProjections operated_of(const pg::Rows& projections, const pg::Rows& skipped) {
  OperatedProjections all;
  for (const pg::Row row : projections) {
    auto& state = all[std::string{row.text(0)}];
    state.version = static_cast<std::uint64_t>(row.number(1));
    if (!row.is_null(2)) state.paused = deed_of(row, 2);
    state.rebuild = rebuild_of(row);
    state.tries = static_cast<std::uint64_t>(row.number(20));
  }
  for (const pg::Row row : skipped) {
    const auto found = all.find(std::string{row.text(0)});
    if (found != all.end()) found->second.skipped.push_back(skipped_of(row));   // else it came between the two questions
  }
  return all;
}

OperatedProjections load_operated(pg::Connection& connection, const std::vector<std::string>& names) {
  const auto projections = connection.run(kLoad, pg::Params{names});
  return operated_of(projections, connection.run(kLoadSkipped, pg::Params{names}));
}

void write_operated(pg::Connection& connection, const FoldedStreams<projection::State>& projections) {
  for (const auto& [name, folded] : projections) {
    upsert(connection, name, folded.after);
    for (auto n = folded.before.skipped.size(); n < folded.after.skipped.size(); ++n) insert_skipped(connection, name, folded.after.skipped[n], n + 1);
  }
}

}  // namespace ledger::projections
