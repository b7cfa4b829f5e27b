#include "projections/analytics/roll_ups.hpp"

#include <cstdint>
#include <vector>

namespace ledger::projections {
namespace {

const pg::Statement kLock{"analytics.lock", "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '.roll_ups', 0))"};

const pg::Statement kAddSeries{"analytics.add_series", R"sql(
  INSERT INTO series (id, grain, workspace, prompt_id, prompt_version, label, model)
  SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::int4[], $6::text[], $7::text[])
  ON CONFLICT (id) DO NOTHING)sql"};

// What is executed for one level's table.
struct LevelStatements {
  explicit LevelStatements(Level level)
      : table{to_text(level)},
        load_name{"analytics.load_" + table},
        load_sql{"SELECT t.series, t.slot, " + std::string{kTallyColumns} + " FROM " + table +
                 " t JOIN unnest($1::bytea[], $2::timestamptz[]) AS of (series, slot) ON t.series = of.series AND t.slot = of.slot"},
        upsert_name{"analytics.upsert_" + table},
        upsert_sql{"INSERT INTO " + table + R"sql(
  SELECT series, slot, pending, running, completed, failed, cancelled, validation_pending, validation_passed, validation_failed, validation_skipped,
    tokens_input::numeric, tokens_cached_input::numeric, tokens_output::numeric, tokens_reasoning::numeric, tokens_other::numeric, tokens::numeric,
    cost_micros::numeric * 0.000001, latency_sum_ms, nullif(latency_min_ms, 0), nullif(latency_max_ms, 0), latency_sketch
  FROM unnest($1::bytea[], $2::timestamptz[], $3::int8[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], $8::int8[], $9::int8[], $10::int8[],
      $11::int8[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::int8[], $20::int4[], $21::int4[],
      $22::bytea[])
    AS r(series, slot, pending, running, completed, failed, cancelled, validation_pending, validation_passed, validation_failed, validation_skipped,
      tokens_input, tokens_cached_input, tokens_output, tokens_reasoning, tokens_other, tokens, cost_micros, latency_sum_ms, latency_min_ms,
      latency_max_ms, latency_sketch)
  ON CONFLICT (series, slot) DO UPDATE SET
    pending = excluded.pending, running = excluded.running, completed = excluded.completed, failed = excluded.failed, cancelled = excluded.cancelled,
    validation_pending = excluded.validation_pending, validation_passed = excluded.validation_passed,
    validation_failed = excluded.validation_failed, validation_skipped = excluded.validation_skipped, tokens_input = excluded.tokens_input,
    tokens_cached_input = excluded.tokens_cached_input, tokens_output = excluded.tokens_output, tokens_reasoning = excluded.tokens_reasoning,
    tokens_other = excluded.tokens_other, tokens = excluded.tokens, cost_usd = excluded.cost_usd, latency_sum_ms = excluded.latency_sum_ms,
    latency_min_ms = excluded.latency_min_ms, latency_max_ms = excluded.latency_max_ms, latency_sketch = excluded.latency_sketch)sql"},
        load{load_name, load_sql},
        upsert{upsert_name, upsert_sql} {}

  const std::string table, load_name, load_sql, upsert_name, upsert_sql;
  const pg::Statement load, upsert;
};

const std::array<LevelStatements, kLevels.size()> kOf{LevelStatements{Level::quarter}, LevelStatements{Level::hour}, LevelStatements{Level::day},
                                                      LevelStatements{Level::month}};

// The rows as one array per column.
class Columns {
 public:
  void add(const Cell& cell, const Tally& tally) {
    series_.push_back({cell.series});
    slots_.push_back(cell.slot);
    put_each(by_status_, tally.by_status);
    put_each(by_validation_, tally.by_validation);
    for (std::size_t i = 0; i < tally.tokens.size(); ++i) tokens_[i].push_back(to_text(tally.tokens[i]));
    totals_.push_back(to_text(tally.tokens_total));
    costs_.push_back(to_text(tally.cost_micros));
    latency_sums_.push_back(tally.latency_sum_ms);
    least_.push_back(static_cast<std::int32_t>(tally.latency_min_ms));
    greatest_.push_back(static_cast<std::int32_t>(tally.latency_max_ms));
    sketches_.push_back(tally.latencies.encode());
  }

  pg::Params params() const {
    pg::Params params{series_, slots_};
    for (const auto& column : by_status_) params.add(column);
    for (const auto& column : by_validation_) params.add(column);
    for (const auto& column : tokens_) params.add(column);
    params.add(totals_).add(costs_).add(latency_sums_).add(least_).add(greatest_);
    return params.add(std::vector<pg::Bytes>{sketches_.begin(), sketches_.end()});
  }

 private:
  using Numbers = std::vector<std::int64_t>;
  template <class Lists, class Values>
  static void put_each(Lists& lists, const Values& values) {
    for (std::size_t i = 0; i < values.size(); ++i) lists[i].push_back(values[i]);
  }

  std::vector<pg::Bytes> series_;
  std::vector<Timestamp> slots_;
  PerStatus<Numbers> by_status_;
  PerValidation<Numbers> by_validation_;
  PerTokenKind<std::vector<std::string>> tokens_;
  std::vector<std::string> totals_, costs_, sketches_;
  Numbers latency_sums_;
  std::vector<std::int32_t> least_, greatest_;
};

void add_series(pg::Connection& connection, const std::map<Series, std::string>& all) {
  std::vector<pg::Bytes> ids;
  std::vector<std::string> grains, workspaces, prompts, labels, models;
  std::vector<std::int32_t> versions;
  for (const auto& [series, id] : all) {
    ids.push_back({id});
    grains.emplace_back(to_text(series.grain));
    workspaces.push_back(series.workspace);
    prompts.push_back(series.prompt);
    versions.push_back(static_cast<std::int32_t>(series.version));
    labels.push_back(series.label);
    models.push_back(series.model);
  }
  connection.run(kAddSeries, pg::Params{ids, grains, workspaces, prompts, versions, labels, models});
}

// Those of the cells that there is a row of, with what it holds.
Cells load_stored(pg::Connection& connection, const pg::Statement& load, const Cells& cells) {
  std::vector<pg::Bytes> series;
  std::vector<Timestamp> slots;
  for (const auto& [cell, difference] : cells) {
    series.push_back({cell.series});
    slots.push_back(cell.slot);
  }
  Cells stored;
  for (const pg::Row row : connection.run(load, pg::Params{series, slots})) stored.emplace(Cell{std::string{row.bytes(0)}, row.time(1)}, tally_of(row, 2));
  return stored;
}

void add_to(pg::Connection& connection, const LevelStatements& of, const Cells& differences) {
  if (differences.empty()) return;
  Cells rows = load_stored(connection, of.load, differences);
  for (const auto& [cell, difference] : differences) rows[cell].merge(difference);
  Columns columns;
  for (const auto& [cell, tally] : rows) columns.add(cell, tally);
  connection.run(of.upsert, columns.params());
}

}  // namespace

Tally tally_of(const pg::Row& row, int column) {
  Tally tally;
  for (auto& count : tally.by_status) count = row.number(column++);
  for (auto& count : tally.by_validation) count = row.number(column++);
  for (auto& tokens : tally.tokens) tokens = parse_sum(row.text(column++));
  tally.tokens_total = parse_sum(row.text(column++));
  tally.cost_micros = parse_sum(row.text(column++));
  tally.latency_sum_ms = row.number(column++);
  tally.latency_min_ms = static_cast<std::uint32_t>(row.maybe_number(column++).value_or(0));
  tally.latency_max_ms = static_cast<std::uint32_t>(row.maybe_number(column++).value_or(0));
  tally.latencies = LatencySketch::decode(row.bytes(column));
  return tally;
}

void lock_roll_ups(pg::Connection& connection) { connection.run(kLock); }

void RollUps::move(const CountedExecution& before, const CountedExecution& counted) {
  const auto& after = counted.state;
  const Contribution now = contribution_of(after, counted.priced);
  const std::optional<Contribution> until_now = before.state.exists() ? std::optional{contribution_of(before.state, before.priced)} : std::nullopt;
  if (until_now == now) return;
  for (const Grain grain : kGrains) {
    const std::string& series = id(series_of(after, grain));
    for (const Level level : levels_of(grain)) {
      Tally& tally = cells_[static_cast<std::size_t>(level)][{series, slot_of(level, after.created_at)}];
      if (until_now) tally.take_away(*until_now);
      tally.add(now);
    }
  }
}

const std::string& RollUps::id(const Series& series) {
  const auto known = series_.find(series);
  return known != series_.end() ? known->second : series_.emplace(series, id_of(series)).first->second;
}

void RollUps::write(pg::Connection& connection) const {
  if (series_.empty()) return;
  add_series(connection, series_);
  for (const Level level : kLevels) {
    const auto place = static_cast<std::size_t>(level);
    add_to(connection, kOf[place], cells_[place]);
  }
}

}  // namespace ledger::projections
