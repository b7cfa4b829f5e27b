#include "projections/snapshots/queries.hpp"

#include <limits>

#include "domain/replay/stream_state.hpp"
#include "projections/history/position_arrays.hpp"
#include "projections/snapshots/digest.hpp"
#include "projections/snapshots/snapshots.hpp"

namespace ledger::projections {
namespace {

// $1 the stream, $2 the workspace, $3 the shape. The version's event must be the one that the snapshot was made at; that is a scalar subquery because an EXISTS
// may be made a merge join, which reads all of a long stream.
const std::string kRight = R"sql(
  SELECT s.version, s.shape, s.state, s.digest FROM snapshots.snapshot s
  WHERE s.stream = $1 AND s.workspace = $2 AND s.shape = $3
    AND (SELECT e.hash FROM history.event e WHERE e.stream = s.stream AND e.sequence = s.version ORDER BY e.topic, e.partition, e.height LIMIT 1) = s.hash)sql";

// Positions ($7 to $9) bound it only when $10 is true.
const std::string kNewestSql = kRight + R"sql(
    AND s.version <= $4 AND s.recorded_at <= $5 AND s.occurred_at <= $6
    AND (NOT $10::bool OR EXISTS (
      SELECT 1 FROM unnest($7::text[], $8::int4[], $9::int8[]) AS p(topic, partition, height)
      WHERE p.topic = s.topic AND p.partition = s.partition AND s.height <= p.height))
  ORDER BY s.version DESC LIMIT 1)sql";
const pg::Statement kNewest{"snapshots.newest", kNewestSql};

const std::string kUntilSql = kRight + " AND s.version <= $4 ORDER BY s.version";
const pg::Statement kUntil{"snapshots.until", kUntilSql};

const std::string kHoldingSql = kRight + " AND (s.counts ->> $4)::int8 >= $5 ORDER BY s.version LIMIT 1";
const pg::Statement kHolding{"snapshots.holding", kHoldingSql};

Timestamp end_of_time() { return Timestamp{std::chrono::microseconds{253'402'300'799'999'999}}; }  // 9999-12-31

constexpr std::int32_t kShape = kStateShape;

}  // namespace

std::optional<Snapshot> SnapshotQueries::newest(const std::string& workspace, const StreamId& stream, const Moment& moment) {
  if (moment.at_version && *moment.at_version < kSnapshotEvery) return std::nullopt;
  const auto until = [&](Clock clock) { return moment.as_of && moment.clock == clock ? *moment.as_of : end_of_time(); };
  const PositionArrays reached{moment.at_position.value_or(std::vector<log::Position>{})};
  const pg::Params params{stream.text(),
                          workspace,
                          kShape,
                          static_cast<std::int64_t>(moment.at_version.value_or(std::numeric_limits<std::int64_t>::max())),
                          until(Clock::recorded),
                          until(Clock::occurred),
                          reached.topics,
                          reached.partitions,
                          reached.heights,
                          moment.at_position.has_value()};
  auto found = read(stream, kNewest, params);
  return found.empty() ? std::nullopt : std::optional{std::move(found.front())};
}

std::vector<Snapshot> SnapshotQueries::until(const std::string& workspace, const StreamId& stream, std::uint64_t version) {
  if (version < kSnapshotEvery) return {};
  auto parts = read(stream, kUntil, pg::Params{stream.text(), workspace, kShape, static_cast<std::int64_t>(version)});
  for (std::size_t n = 0; n < parts.size(); ++n) {
    if (parts[n].version != (n + 1) * kSnapshotEvery) return {};
  }
  return parts;
}

std::optional<Snapshot> SnapshotQueries::holding(const std::string& workspace, const StreamId& stream, std::string_view member, std::uint64_t number) {
  auto found = read(stream, kHolding, pg::Params{stream.text(), workspace, kShape, member, static_cast<std::int64_t>(number)});
  return found.empty() ? std::nullopt : std::optional{std::move(found.front())};
}

std::vector<Snapshot> SnapshotQueries::read(const StreamId& stream, const pg::Statement& statement, const pg::Params& params) {
  try {
    return pool_.read([&](pg::Connection& connection) {
      std::vector<Snapshot> out;
      for (const pg::Row row : connection.run(statement, params)) {
        Snapshot snapshot{static_cast<std::uint64_t>(row.number(0)), std::string{row.json(2)}};
        const auto digest = snapshot_digest(stream.text(), snapshot.version, static_cast<int>(row.number(1)), snapshot.state);
        if (row.bytes(3) == digest) out.push_back(std::move(snapshot));
      }
      return out;
    });
  } catch (const pg::Fault& fault) {
    if (fault.code == pg::Code::missing) return {};
    throw;
  }
}

}  // namespace ledger::projections
