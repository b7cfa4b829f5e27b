#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/recorded_event.hpp"
#include "infra/postgres/pool.hpp"
#include "log/record.hpp"
#include "projections/history/moment.hpp"
#include "projections/time_page.hpp"

namespace ledger::projections {

// What lies between what was so at one time and at another, by one of the clocks.
struct ChangeWindow {
  Timestamp from{}, to{};
  Clock clock = Clock::recorded;
  std::optional<std::string> kind{};  // of streams; absent: of all
};

// Where a page ended: the first change of its last stream.
struct ChangeMark {
  Timestamp at{};
  log::Position position;
};

// A stream that changed, and the versions that it had at both ends; before is 0 when it began in between.
struct ChangedStream {
  StreamId stream;
  std::uint64_t before = 0, after = 0;
  ChangeMark first;
};

struct ChangedPage {
  std::vector<ChangedStream> streams;  // by their first change: its time and place in the log
  std::optional<ChangeMark> next;      // absent on the last page
};

// Of the streams of one kind that changed.
struct ChangedKind {
  std::string kind;
  std::int64_t streams = 0;
  std::int64_t begun = 0;    // of them
  std::int64_t changes = 0;
};

// How many changes are events of one type by one actor.
struct ChangedBy {
  std::string type, actor;
  std::int64_t changes = 0;
};

struct ChangeSummary {
  std::vector<ChangedKind> kinds;
  std::vector<ChangedBy> changes;
};

// The statement of a page, without its workspace's streams of other kinds.
PageQuery changed_streams_query(const std::string& workspace, const ChangeWindow& window, const std::optional<ChangeMark>& after, int limit);
PageQuery change_summary_query(const std::string& workspace, const ChangeWindow& window);

// Tells what changed in a workspace, from the history. By the clock of occurrence a stream is, at a time, the longest prefix whose times are all at or
// before it: what happened early but stands behind something that happened late came with that. Thread-safe. Throws pg::Fault.
class ChangeQueries {
 public:
  explicit ChangeQueries(pg::Pool& pool) : pool_{pool} {}

  ChangedPage page(const std::string& workspace, const ChangeWindow& window, const std::optional<ChangeMark>& after, int limit);
  ChangeSummary summary(const std::string& workspace, const ChangeWindow& window);

 private:
  pg::Pool& pool_;
};

}  // namespace ledger::projections
