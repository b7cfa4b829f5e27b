#include "projections/history/changes.hpp"

#include <string_view>
#include <utility>

#include "projections/conditions.hpp"

namespace ledger::projections {
namespace {

// Rows of the event's stream, one after the other along the stream's index: behind OFFSET 0 a planner that knows nothing yet of the table, as after an
// import, cannot choose the index of times instead, which would read half of it for each event.
std::string along_stream(const std::string& columns, const std::string& which, const std::string& direction) {
  return "(SELECT workspace, " + columns + " FROM history.event WHERE stream = e.stream AND " + which + " ORDER BY stream" + direction + ", sequence" + direction + " OFFSET 0)";
}

// An event is the first change of its stream when it lies in the window and none before it lies behind the window's beginning. Recorded times rise, so
// of those only the one right before it can. A scalar subquery is never made a join, which would read whole tables.
std::string none_before(const std::string& time, Clock clock, const std::string& from) {
  const std::string which = clock == Clock::recorded ? "sequence = e.sequence - 1" : "sequence < e.sequence";
  return "(SELECT true FROM " + along_stream(time, which, " DESC") + " earlier WHERE earlier.workspace = e.workspace AND earlier." + time + " > " + from + " LIMIT 1) IS NULL";
}

// The version before the first event that came after the window.
std::string last_version(const std::string& time, const std::string& to) {
  return "coalesce((SELECT later.sequence - 1 FROM " + along_stream("sequence, " + time, "sequence > e.sequence", "") +
         " later WHERE later.workspace = e.workspace AND later." + time + " > " + to + " LIMIT 1), (SELECT last.sequence FROM " +
         along_stream("sequence", "sequence >= e.sequence", " DESC") + " last WHERE last.workspace = e.workspace LIMIT 1))";
}

// The first changes of all streams in the window, with what `columns` wants to know of each.
struct FirstChanges {
  FirstChanges(const std::string& workspace, const ChangeWindow& window) : time{window.clock == Clock::recorded ? "recorded_at" : "occurred_at"} {
    conditions.where("e.workspace = ", workspace);
    const auto from = conditions.param(window.from), to = conditions.param(window.to);
    conditions.add("e." + time + " > " + from);
    conditions.add("e." + time + " <= " + to);
    if (window.kind) {
      conditions.where("e.stream >= ", *window.kind + "/");
      conditions.where("e.stream < ", *window.kind + "0");
    }
    conditions.add(none_before(time, window.clock, from));
    last = last_version(time, to);
  }

  const std::string time;
  Conditions conditions;
  std::string last;  // version, as an expression
};

ChangeMark mark_of(const pg::Row& row) {
  return {row.time(0), {{std::string{row.text(1)}, static_cast<std::int32_t>(row.number(2))}, static_cast<std::uint64_t>(row.number(3))}};
}

}  // namespace

PageQuery changed_streams_query(const std::string& workspace, const ChangeWindow& window, const std::optional<ChangeMark>& after, int limit) {
  FirstChanges first{workspace, window};
  const std::string order = "e." + first.time + ", e.topic, e.partition, e.height";
  auto& conditions = first.conditions;
  if (after) {
    const auto& [partition, height] = after->position;
    const std::string mark = conditions.param(after->at) + ", " + conditions.param(partition.topic) + ", " + conditions.param(partition.number) + ", " +
                             conditions.param(static_cast<std::int64_t>(height));
    conditions.add("(" + order + ") > (" + mark + ")");
  }
  const std::string most = conditions.param(std::int64_t{limit} + 1);
  return {"SELECT " + order + ", e.stream, e.sequence, " + first.last + " FROM history.event e " + conditions.sql() + " ORDER BY " + order + " LIMIT " + most,
          conditions.params(), limit};
}

PageQuery change_summary_query(const std::string& workspace, const ChangeWindow& window) {
  const FirstChanges first{workspace, window};
  return {"WITH changed AS MATERIALIZED (SELECT e.stream, e.workspace, e.sequence AS first, " + first.last + " AS last FROM history.event e " +
              first.conditions.sql() + R"sql()
  SELECT split_part(stream, '/', 1), NULL, NULL, count(*), count(*) FILTER (WHERE first = 1), sum(last - first + 1)::int8 FROM changed GROUP BY 1
  UNION ALL
  SELECT NULL, e.type, e.actor, 0, 0, count(*) FROM changed c, LATERAL (
    SELECT type, actor, workspace FROM history.event WHERE stream = c.stream AND sequence BETWEEN c.first AND c.last ORDER BY stream, sequence OFFSET 0) e
  WHERE e.workspace = c.workspace
  GROUP BY 2, 3
  ORDER BY 6 DESC, 1, 2, 3)sql",
          first.conditions.params(), 0};
}

ChangedPage ChangeQueries::page(const std::string& workspace, const ChangeWindow& window, const std::optional<ChangeMark>& after, int limit) {
  const auto query = changed_streams_query(workspace, window, after, limit);
  return pool_.read([&](pg::Connection& connection) {
    ChangedPage page;
    for (const pg::Row row : connection.query(query.sql, query.params)) {
      if (static_cast<int>(page.streams.size()) == limit) {
        page.next = page.streams.back().first;
        break;
      }
      const auto stream = StreamId::parse(row.text(4));
      page.streams.push_back({*stream, static_cast<std::uint64_t>(row.number(5)) - 1, static_cast<std::uint64_t>(row.number(6)), mark_of(row)});
    }
    return page;
  });
}

ChangeSummary ChangeQueries::summary(const std::string& workspace, const ChangeWindow& window) {
  const auto query = change_summary_query(workspace, window);
  return pool_.read([&](pg::Connection& connection) {
    ChangeSummary summary;
    for (const pg::Row row : connection.query(query.sql, query.params)) {
      if (!row.is_null(0)) {
        summary.kinds.push_back({std::string{row.text(0)}, row.number(3), row.number(4), row.number(5)});
      } else {
        summary.changes.push_back({std::string{row.text(1)}, std::string{row.text(2)}, row.number(5)});
      }
    }
    return summary;
  });
}

}  // namespace ledger::projections
