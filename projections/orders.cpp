#include "projections/orders.hpp"

namespace ledger::projections {
namespace {

const pg::Statement kIsThere{"orders.is_there", "SELECT to_regclass('operations.projection') IS NOT NULL AND to_regclass('operations.skipped_event') IS NOT NULL"};
const pg::Statement kOrders{"orders.load", "SELECT tries, paused_at IS NOT NULL FROM operations.projection WHERE name = $1"};
const pg::Statement kLeftOut{"orders.left_out", "SELECT topic, partition, height, stream, sequence FROM operations.skipped_event WHERE projection = $1"};

// A question to a table that is not there would stand in the server's log as an error, each time.
bool is_there(pg::Connection& connection) { return connection.run(kIsThere)[0].flag(0); }

}  // namespace

Orders load_orders(pg::Connection& connection, const std::string& projection) {
  if (!is_there(connection)) return {};
  const auto rows = connection.run(kOrders, pg::Params{projection});
  if (rows.empty()) return {};
  return {rows[0].number(0), rows[0].flag(1)};
}

LeftOut load_left_out(pg::Connection& connection, const std::string& projection) {
  LeftOut left_out;
  if (!is_there(connection)) return left_out;
  for (const pg::Row row : connection.run(kLeftOut, pg::Params{projection})) {
    const log::PartitionId partition{std::string{row.text(0)}, static_cast<std::int32_t>(row.number(1))};
    left_out.add({partition, static_cast<std::uint64_t>(row.number(2))}, std::string{row.text(3)}, static_cast<std::uint64_t>(row.number(4)));
  }
  return left_out;
}

}  // namespace ledger::projections
