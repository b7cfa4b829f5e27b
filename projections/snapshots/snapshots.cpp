#include "projections/snapshots/snapshots.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "domain/json.hpp"
#include "projections/history/rows.hpp"
#include "projections/record_bytes.hpp"
#include "projections/snapshots/digest.hpp"
#include "projections/sql_files.hpp"

namespace ledger::projections {
namespace {

// How long a batch waits for the history, which reads the same log beside us; then the runner tries again later.
constexpr std::chrono::milliseconds kHistoryWait{2'000}, kHistoryPause{5};

const pg::Statement kReached{"snapshots.history_reached", "SELECT 1 FROM history.checkpoint WHERE topic = $1 AND partition = $2 AND height >= $3"};

const pg::Statement kBase{"snapshots.base", "SELECT state, occurred_at FROM snapshot WHERE stream = $1 AND version = $2"};

const pg::Statement kEvents{"snapshots.events", R"sql(
  SELECT headers, value FROM history.event WHERE stream = $1 AND workspace = $2 AND sequence > $3 AND sequence <= $4
  ORDER BY sequence, topic, partition, height)sql"};

const pg::Statement kInsert{"snapshots.insert", R"sql(
  INSERT INTO snapshot (stream, version, workspace, shape, topic, partition, height, hash, recorded_at, occurred_at, counts, state, digest)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::json, $12::text::json, $13))sql"};

void await_history(pg::Connection& connection, const log::Position& position) {
  const pg::Params wanted{position.partition.topic, position.partition.number, static_cast<std::int64_t>(position.height)};
  const auto deadline = std::chrono::steady_clock::now() + kHistoryWait;
  while (connection.run(kReached, wanted).empty()) {
    if (std::chrono::steady_clock::now() >= deadline) throw pg::Fault{pg::Code::retry, "", "the history, which snapshots are made from, has not come so far yet"};
    std::this_thread::sleep_for(kHistoryPause);
  }
}

// The state before, and until when it all had happened.
struct Folded {
  StreamState before, after;
  Timestamp occurred_at{};
};

Result<Folded, std::string> fold(pg::Connection& connection, const StreamKind& kind, const RecordedEvent& last) {
  Folded folded{StreamState::empty(kind), StreamState::empty(kind), Timestamp::min()};
  const auto stream = last.stream.text();
  const auto to = static_cast<std::int64_t>(last.sequence), from = to - static_cast<std::int64_t>(kSnapshotEvery);
  if (const auto base = connection.run(kBase, pg::Params{stream, from}); !base.empty()) {
    auto read = StreamState::from_json(kind, nlohmann::json::parse(base[0].json(0)));
    if (!read) return tl::unexpected(std::move(read).error());
    folded.before = *std::move(read);
    folded.occurred_at = base[0].time(1);
  }
  folded.after = folded.before;
  const pg::Params params{stream, last.meta.workspace, static_cast<std::int64_t>(folded.before.version()), to};
  for (const pg::Row row : connection.run(kEvents, params)) {
    const auto event = event_of(row.bytes(0), row.bytes(1));
    if (auto done = folded.after.apply(event); !done) return tl::unexpected(std::move(done).error());
    folded.occurred_at = std::max(folded.occurred_at, event.meta.occurred_at);
  }
  if (folded.after.version() != last.sequence) return tl::unexpected("the history holds its stream only until version " + std::to_string(folded.after.version()));
  return folded;
}

// Why there can be no snapshot at the event; nothing when it was made.
std::optional<std::string> keep(pg::Connection& connection, const StreamKind& kind, const Applied& applied) {
  const auto& event = *applied.event;
  const auto folded = fold(connection, kind, event);
  if (!folded) return folded.error();
  const auto json = folded->after.to_json_since(folded->before);
  const auto state = json.dump();
  const auto counts = json.value("counts", nlohmann::json::object()).dump();
  const auto digest = snapshot_digest(event.stream.text(), event.sequence, kStateShape, state);
  const auto& [partition, height] = applied.position;
  connection.run(kInsert, pg::Params{event.stream.text(), static_cast<std::int64_t>(event.sequence), event.meta.workspace, std::int32_t{kStateShape}, partition.topic,
                                     partition.number, static_cast<std::int64_t>(height), pg::Bytes{bytes_of(applied.head.hash)}, event.meta.recorded_at,
                                     folded->occurred_at, counts, state, pg::Bytes{digest}});
  return std::nullopt;
}

}  // namespace

std::string_view SnapshotsProjection::tables_sql() const { return sql_file("projections/snapshots/tables.sql"); }
std::string_view SnapshotsProjection::indexes_sql() const { return sql_file("projections/snapshots/indexes.sql"); }

std::vector<Refusal> SnapshotsProjection::apply(pg::Connection& connection, std::span<const Applied> batch) const {
  std::vector<Refusal> refusals;
  std::set<std::string> refused;
  for (std::size_t index = 0; index < batch.size(); ++index) {
    const auto& event = batch[index].event;
    if (!event) continue;
    if (refused.contains(event->stream.text())) {
      refusals.push_back({index, "an earlier event of its stream was refused"});
      continue;
    }
    const auto* const kind = event->sequence % kSnapshotEvery == 0 ? find_stream_kind(event->stream.kind) : nullptr;
    if (kind == nullptr) continue;
    await_history(connection, batch[index].position);
    if (auto why = keep(connection, *kind, batch[index])) {
      refusals.push_back({index, *std::move(why)});
      refused.insert(event->stream.text());
    }
  }
  return refusals;
}

}  // namespace ledger::projections
