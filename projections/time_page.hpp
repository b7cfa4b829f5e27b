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

// One page of a list: `select` up to where a WHERE may follow, the conditions of all its pages, and what reads a row.
template <class Entry>
TimePage<Entry> read_page(pg::Pool& pool, const std::string& select, Conditions conditions, TimeOrder order,
                          const std::optional<TimeMark>& after, int limit, Entry (*entry_of)(const pg::Row&)) {
  const bool descending = order == TimeOrder::newest_first;
  if (after) {
    const auto time = conditions.param(after->created_at);
    conditions.add(std::string{"(created_at, id) "} + (descending ? "<" : ">") + " (" + time + ", " +
                   conditions.param(after->id) + ")");
  }
  const std::string direction = descending ? " DESC" : "";
  const std::string most = conditions.param(static_cast<std::int64_t>(limit) + 1);
  const std::string sql = select + " " + conditions.sql() + " ORDER BY created_at" + direction + ", id" + direction + " LIMIT " + most;
  return pool.read([&](pg::Connection& connection) {
    TimePage<Entry> page;
    for (const pg::Row row : connection.query(sql, conditions.params())) {
      if (static_cast<int>(page.entries.size()) == limit) {
        const auto& last = page.entries.back();  // there is one more
        page.next = TimeMark{last.state.created_at, last.id};
        break;
      }
      page.entries.push_back(entry_of(row));
    }
    return page;
  });
}

}  // namespace ledger::projections
