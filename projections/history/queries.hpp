#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/recorded_event.hpp"
#include "infra/postgres/pool.hpp"
#include "log/record.hpp"
#include "projections/history/moment.hpp"

namespace ledger::projections {

// An event and where it stands in the log.
struct HistoryEvent {
  log::Position position;
  log::Hash hash{};
  RecordedEvent event;
};

// Which part of a stream; what is absent does not bound. Versions are inclusive.
struct StreamRange {
  std::optional<std::uint64_t> from_version, to_version;
  std::optional<Timestamp> recorded_until;  // what was known then, inclusive
  int limit = 500;
};

// Events of a workspace behind given places of the log.
struct EventsPage {
  std::vector<HistoryEvent> events;  // by recorded time, topic, partition, height
  std::vector<log::Position> seen;   // everything of every partition up to here is in `events` or was given before
};

// Reads the history for people and programs. Thread-safe. Throws pg::Fault.
class HistoryQueries {
 public:
  explicit HistoryQueries(pg::Pool& pool) : pool_{pool} {}

  // Oldest first. Only events of the workspace: a stream of another one is empty.
  std::vector<HistoryEvent> stream(const std::string& workspace, const StreamId& stream, const StreamRange& range = {});

  // Of a stream, the events that had been at the moment, from a version on.
  std::vector<HistoryEvent> stream_at(const std::string& workspace, const StreamId& stream, const Moment& moment,
                                      std::uint64_t from_version = 1);
  // How many they are: the version that the stream had at the moment; 0 when it had not begun.
  std::uint64_t version_at(const std::string& workspace, const StreamId& stream, const Moment& moment);

  // The same for all streams of a kind in the workspace, one call per stream that had begun, in the order of their
  // names. All from one snapshot; only a few thousand events are in memory at once, besides those of one stream.
  using Visit = std::function<void(const std::string& stream, const std::vector<RecordedEvent>& events)>;
  void workspace_at(const std::string& workspace, const std::string& kind, const Moment& moment, const Visit& visit);

  // The next events behind the given heights, one per partition; partitions not named are read from their beginning.
  EventsPage after(const std::string& workspace, const std::vector<log::Position>& positions, int limit);

  // An event's record as it was stored, by the event's id; nothing when the workspace has none of that id.
  struct StoredRecord {
    log::Position position;
    log::Record record;
  };
  std::optional<StoredRecord> record(const std::string& workspace, const std::string& event_id);

  // The workspace's events that carry the tag, behind a place of the log (nothing: from the beginning), by partition and height. Those of one partition key are in the order of recording.
  std::vector<HistoryEvent> tagged(const std::string& workspace, const std::string& partition_key, const std::string& tag, const std::optional<log::Position>& after, int limit);

  // The workspace's events at these places of the log, in their order; those that the history does not hold are left out.
  std::vector<HistoryEvent> at(const std::string& workspace, const std::vector<log::Position>& positions);

  // Where the history stands now, for those who want only what comes.
  std::vector<log::Position> now();

 private:
  pg::Pool& pool_;
};

}  // namespace ledger::projections
