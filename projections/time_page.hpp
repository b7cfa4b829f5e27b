#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/time.hpp"
#include "infra/postgres/pool.hpp"
#include "projections/conditions.hpp"

namespace ledger::projections {

// Where a page of a list by time of creation ended; the id breaks ties.
struct TimeMark {
  Timestamp created_at{};
  std::string id;
};

template <class Entry>
struct TimePage {
  std::vector<Entry> entries;
  std::optional<TimeMark> next;  // absent on the last page
};

enum class TimeOrder : std::uint8_t { newest_first, oldest_first };

// How a page of a list is asked for.
struct PageQuery {
  std::string sql;
  pg::Params params;
  int limit = 0;  // entries of a page: one row more is asked for
};

// `select` up to where a WHERE may follow, and the conditions of all the list's pages.
inline PageQuery page_query(const std::string& select, Conditions conditions, TimeOrder order, const std::optional<TimeMark>& after, int limit) {
  const bool descending = order == TimeOrder::newest_first;
  if (after) {
    const auto time = conditions.param(after->created_at);
    conditions.add(std::string{"(created_at, id) "} + (descending ? "<" : ">") + " (" + time + ", " +
                   conditions.param(after->id) + ")");
  }
  const std::string direction = descending ? " DESC" : "";
  const std::string most = conditions.param(static_cast<std::int64_t>(limit) + 1);
  return {select + " " + conditions.sql() + " ORDER BY created_at" + direction + ", id" + direction + " LIMIT " + most, conditions.params(), limit};
}

template <class Entry>
TimePage<Entry> read_page(pg::Pool& pool, const PageQuery& query, Entry (*entry_of)(const pg::Row&)) {
  return pool.read([&](pg::Connection& connection) {
    TimePage<Entry> page;
    for (const pg::Row row : connection.query(query.sql, query.params)) {
      if (static_cast<int>(page.entries.size()) == query.limit) {
        const auto& last = page.entries.back();  // there is one more
        page.next = TimeMark{last.state.created_at, last.id};
        break;
      }
      page.entries.push_back(entry_of(row));
    }
    return page;
  });
}

// One page of a list; `entry_of` reads a row of it.
template <class Entry>
TimePage<Entry> read_page(pg::Pool& pool, const std::string& select, Conditions conditions, TimeOrder order,
                          const std::optional<TimeMark>& after, int limit, Entry (*entry_of)(const pg::Row&)) {
  return read_page(pool, page_query(select, std::move(conditions), order, after, limit), entry_of);
}

}  // namespace ledger::projections
