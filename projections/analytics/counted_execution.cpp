#include "projections/analytics/counted_execution.hpp"

#include <stdexcept>
#include <utility>

#include "domain/execution/codec.hpp"
#include "domain/execution/cost.hpp"
#include "projections/analytics/series.hpp"

namespace ledger::projections {
namespace {

const std::string kLoadSql = "SELECT " + std::string{kCountedColumns} + " FROM execution e JOIN series s ON s.id = e.series WHERE e.id = ANY($1)";
const pg::Statement kLoad{"analytics.load_executions", kLoadSql};

// What was asked for, and when, never changes.
const pg::Statement kUpsert{"analytics.upsert_executions", R"sql(
  INSERT INTO execution (id, version, series, status, validation_status, token_usage, cost_usd, latency_ms, created_at, completed_at, wants_prices, priced_usd)
  SELECT id, version, series, status, validation_status, token_usage::json, cost_usd::numeric(19,6), nullif(latency_ms, 0), created_at, completed_at,
    wants_prices = 1, priced_usd::numeric(19,6)
  FROM unnest($1::text[], $2::int8[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int4[], $9::timestamptz[], $10::timestamptz[],
      $11::int4[], $12::text[])
    AS r(id, version, series, status, validation_status, token_usage, cost_usd, latency_ms, created_at, completed_at, wants_prices, priced_usd)
  ON CONFLICT (id) DO UPDATE SET
    version = excluded.version, status = excluded.status, validation_status = excluded.validation_status, token_usage = excluded.token_usage,
    cost_usd = excluded.cost_usd, latency_ms = excluded.latency_ms, completed_at = excluded.completed_at, wants_prices = excluded.wants_prices,
    priced_usd = excluded.priced_usd)sql"};

execution::State without_texts(execution::State state) {
  state.request.inputs = {};
  state.request.context = {};
  state.ending.output = {};
  state.checked.output.reset();
  return state;
}

template <class Choice>
Choice stored(const pg::Row& row, int column, std::optional<Choice> (*parse)(std::string_view)) {
  const auto choice = parse(row.text(column));
  if (!choice) throw std::logic_error{"a counted execution has a word or amount that is none"};
  return *choice;
}

}  // namespace

Result<CountedExecution, std::string> apply(const CountedExecution& before, const RecordedEvent& event) {
  auto after = execution::apply(before.state, event);
  if (!after) return tl::unexpected(std::move(after.error()));
  const auto& told = before.state.ending.latency_ms;
  if (told && after->ending.latency_ms != told) return tl::unexpected(std::string{"its latency has been told already"});
  return CountedExecution{after->version, without_texts(*std::move(after)), {}};
}

execution::State counted_state_of(const pg::Row& row, int column) {
  execution::State state;
  state.workspace = std::string{row.text(column++)};
  state.request.prompt = std::string{row.text(column++)};
  state.request.version = static_cast<prompt::VersionNumber>(row.number(column++));
  state.request.label = std::string{row.text(column++)};
  state.request.model = std::string{row.text(column++)};
  state.status = stored(row, column++, execution::parse_status);
  state.checked.status = stored(row, column++, execution::parse_validation);
  state.ending.usage = execution::decode_usage(row.json(column++));
  state.ending.cost = stored(row, column++, parse_money);
  if (const auto latency = row.maybe_number(column++)) state.ending.latency_ms = static_cast<std::uint32_t>(*latency);
  state.created_at = row.time(column);
  return state;
}

CountedEntry counted_of(const pg::Row& row) {
  CountedEntry entry{std::string{row.text(0)}, {static_cast<std::uint64_t>(row.number(1)), counted_state_of(row, 2), stored(row, 14, parse_money)}};
  entry.state.state.version = entry.state.version;
  entry.state.state.completed_at = row.maybe_time(13);
  return entry;
}

std::map<std::string, CountedExecution> load_counted(pg::Connection& connection, const std::vector<std::string>& ids) {
  return load_states(connection, kLoad, ids, counted_of);
}

void write_counted(pg::Connection& connection, const FoldedStreams<CountedExecution>& executions) {
  if (executions.empty()) return;
  std::vector<std::string> ids, series, statuses, validations, usages, costs, priced;
  std::vector<std::int64_t> versions;
  std::vector<std::int32_t> latencies, wants_prices;
  std::vector<Timestamp> created;
  std::vector<std::optional<Timestamp>> completed;
  for (const auto& [id, folded] : executions) {
    const auto& state = folded.after.state;
    ids.push_back(id);
    versions.push_back(static_cast<std::int64_t>(state.version));
    series.push_back(id_of(series_of(state, Grain::finest)));
    statuses.emplace_back(to_text(state.status));
    validations.emplace_back(to_text(state.checked.status));
    usages.push_back(execution::encode_usage(state.ending.usage));
    costs.push_back(to_text(state.ending.cost));
    latencies.push_back(static_cast<std::int32_t>(state.ending.latency_ms.value_or(0)));
    created.push_back(state.created_at);
    completed.push_back(state.completed_at);
    wants_prices.push_back(execution::wants_prices(state) ? 1 : 0);
    priced.push_back(to_text(folded.after.priced));
  }
  connection.run(kUpsert, pg::Params{ids, versions, std::vector<pg::Bytes>{series.begin(), series.end()}, statuses, validations, usages, costs, latencies, created, completed,
                                     wants_prices, priced});
}

}  // namespace ledger::projections
