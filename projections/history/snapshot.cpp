#include "projections/history/snapshot.hpp"

#include <stdexcept>
#include <utility>

#include "projections/history/rows.hpp"
#include "projections/record_bytes.hpp"

namespace ledger::projections {
namespace {

constexpr int kChunk = 2'000;

const pg::Statement kGenesis{"history.genesis", R"sql(
  SELECT e.headers FROM history.checkpoint c JOIN history.event e ON e.topic = c.topic AND e.partition = c.partition AND e.height = 0
  ORDER BY c.topic, c.partition LIMIT 1)sql"};

const pg::Statement kReached{"history.reached", "SELECT topic, partition, height FROM history.checkpoint ORDER BY topic, partition"};

const pg::Statement kWorkspaceOf{"history.workspace_of", "SELECT workspace FROM history.event WHERE stream = $1 ORDER BY sequence LIMIT 1"};

// In the order of stream and version, behind ($2, $3), of names from $4 to $5.
const pg::Statement kEvents{"history.snapshot_events", R"sql(
  SELECT stream, sequence, headers, value FROM history.event
  WHERE (stream, sequence) > ($2, $3) AND stream >= $4 AND stream <= $5 AND workspace = $1
  ORDER BY stream, sequence LIMIT $6)sql"};

}  // namespace

HistorySnapshot::HistorySnapshot(pg::Connection& connection) : connection_(connection), transaction_(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") {}

std::string HistorySnapshot::ledger() {
  const auto rows = connection_.run(kGenesis);
  const log::Record genesis{{}, rows.empty() ? std::vector<log::Header>{} : decode_headers(rows[0].bytes(0)).value_or(std::vector<log::Header>{}), {}};
  const auto ledger = genesis.header("ce_ledger");
  if (!ledger) throw std::runtime_error("the history does not know its ledger: start the ledger, then try again");
  return std::string(*ledger);
}

std::vector<log::Position> HistorySnapshot::reached() {
  std::vector<log::Position> all;
  for (const pg::Row row : connection_.run(kReached)) {
    all.push_back({{std::string(row.text(0)), static_cast<std::int32_t>(row.number(1))}, static_cast<std::uint64_t>(row.number(2))});
  }
  return all;
}

std::optional<std::string> HistorySnapshot::workspace_of(const StreamId& stream) {
  const auto rows = connection_.run(kWorkspaceOf, pg::Params{stream.text()});
  return rows.empty() ? std::nullopt : std::optional(std::string(rows[0].text(0)));
}

void HistorySnapshot::stream(const std::string& workspace, const StreamId& stream, const Visit& visit) { events(workspace, stream.text(), stream.text(), visit); }

void HistorySnapshot::kind(const std::string& workspace, const std::string& kind, const Visit& visit) {
  events(workspace, kind + "/", kind + "0", visit);  // 0 comes behind /
}

void HistorySnapshot::events(const std::string& workspace, const std::string& first_name, const std::string& last_name, const Visit& visit) {
  std::string stream = first_name;
  std::int64_t sequence = 0;
  for (;;) {
    const auto rows = connection_.run(kEvents, pg::Params{workspace, stream, sequence, first_name, last_name, std::int64_t{kChunk}});
    for (const pg::Row row : rows) {
      stream = row.text(0);
      sequence = row.number(1);
      visit(event_of(row.bytes(2), row.bytes(3)));
    }
    if (rows.size() < kChunk) return;
  }
}

}  // namespace ledger::projections
