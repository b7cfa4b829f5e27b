#include "projections/operations/queries.hpp"

#include "infra/postgres/fault.hpp"
#include "projections/operations/rows.hpp"
#include "projections/record_bytes.hpp"

namespace ledger::projections {
namespace {

const std::string kAllSql = "SELECT " + std::string{kOperatedColumns} + " FROM operations.projection";
const pg::Statement kAll{"operations.all", kAllSql};

const std::string kAllSkippedSql = "SELECT " + std::string{kSkippedColumns} + " FROM operations.skipped_event ORDER BY projection, number";
const pg::Statement kAllSkipped{"operations.all_skipped", kAllSkippedSql};

std::string parked_sql(const std::string& name) {
  const auto schema = pg::quote_name(name);
  return "SELECT s.topic, s.partition, s.height, e.log_offset, e.append_time_ms, e.key, e.headers, e.value, e.hash, e.recorded_us, s.stream, s.error, "
         "(SELECT count(*) FROM " + schema + ".parked_event w WHERE (w.topic, w.partition, w.stream) = (s.topic, s.partition, s.stream)) FROM " + schema +
         ".parked_stream s JOIN " + schema + ".parked_event e ON (e.topic, e.partition, e.height) = (s.topic, s.partition, s.height) WHERE ";
}

ParkedStream parked_of(const pg::Row& row) {
  const log::PartitionId partition{std::string{row.text(0)}, static_cast<std::int32_t>(row.number(1))};
  const log::Head head{hash_of(row.bytes(8)), static_cast<std::uint64_t>(row.number(2)), row.number(9)};
  log::Record record{std::string{row.bytes(5)}, decode_headers(row.bytes(6)).value(), std::string{row.bytes(7)}};
  return {make_applied({partition, head.height}, row.number(3), row.number(4), std::move(record), head), std::string{row.text(10)}, std::string{row.text(11)},
          row.number(12)};
}

bool is_there(pg::Connection& connection, const std::string& schema, const std::string& table) {
  return !connection.query("SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = $2", pg::Params{schema, table}).empty();
}

// In records that count: heights begin at 0.
std::uint64_t records_in(pg::Connection& connection, const std::string& schema) {
  const auto rows = connection.query("SELECT coalesce(sum(height + 1), 0)::int8 FROM " + pg::quote_name(schema) + ".checkpoint");
  return static_cast<std::uint64_t>(rows[0].number(0));
}

}  // namespace

std::map<std::string, projection::State> OperationQueries::all() {
  return pool_.read([](pg::Connection& connection) {
    const auto projections = connection.run(kAll);
    return operated_of(projections, connection.run(kAllSkipped));
  });
}

projection::State OperationQueries::of(const std::string& name) {
  auto states = all();
  return std::move(states[name]);
}

std::vector<ParkedStream> OperationQueries::parked(const std::string& name, const std::optional<log::Position>& after, int limit) {
  return pool_.read([&](pg::Connection& connection) {
    std::vector<ParkedStream> streams;
    if (!is_there(connection, name, "parked_stream")) return streams;
    const auto place = after.value_or(log::Position{});
    const auto rows = connection.query(parked_sql(name) + "(s.topic, s.partition, s.height) > ($1, $2, $3) ORDER BY s.topic, s.partition, s.height LIMIT $4",
                                       pg::Params{place.partition.topic, place.partition.number, static_cast<std::int64_t>(place.height), std::int64_t{limit}});
    for (const pg::Row row : rows) streams.push_back(parked_of(row));
    return streams;
  });
}

std::optional<projection::Parked> OperationQueries::parked_at(const std::string& name, const log::Position& place) {
  return pool_.read([&](pg::Connection& connection) -> std::optional<projection::Parked> {
    if (!is_there(connection, name, "parked_stream")) return std::nullopt;
    const auto rows = connection.query(parked_sql(name) + "s.topic = $1 AND s.partition = $2 AND s.height = $3",
                                       pg::Params{place.partition.topic, place.partition.number, static_cast<std::int64_t>(place.height)});
    if (rows.empty()) return std::nullopt;
    const auto found = parked_of(rows[0]);
    return projection::Parked{.place = {place.partition.topic, place.partition.number, place.height},
                              .stream = found.stream,
                              .sequence = found.front.event ? found.front.event->sequence : 0,
                              .error = found.error};
  });
}

std::optional<Building> OperationQueries::building(const std::string& name) try {
  return pool_.read([&](pg::Connection& connection) -> std::optional<Building> {
    const auto next = name + "__next";
    if (!is_there(connection, next, "checkpoint")) return std::nullopt;
    const std::uint64_t of = is_there(connection, name, "checkpoint") ? records_in(connection, name) : 0;
    return Building{records_in(connection, next), of};
  });
} catch (const pg::Fault& fault) {
  if (fault.code == pg::Code::missing) return std::nullopt;   // it was swapped in, or dropped, between the questions
  throw;
}

std::vector<RowDifference> OperationQueries::differences(const std::string& name) {
  try {
    return pool_.read([&](pg::Connection& connection) { return kept_differences(connection, name + "__next"); });
  } catch (const pg::Fault& fault) {
    if (fault.code == pg::Code::missing) return {};   // as above
    throw;
  }
}

}  // namespace ledger::projections
