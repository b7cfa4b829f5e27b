#include "projections/audit/word_search.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "infra/postgres/statement.hpp"

namespace ledger::projections {
namespace {

// Most pages are full after the first few steps; together they bound what a page may take.
constexpr std::int64_t kSteps[] = {200, 2'500};
// One of so many words is walked along; more are only looked up.
constexpr std::size_t kWordLists = 8;
// Where steps end is asked first, and then what they find: both of the same events.
constexpr std::string_view kOneMoment = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

const pg::Statement kWords{"audit.words", "SELECT audit.words_of($1, $2)"};

std::vector<std::string> words_in(pg::Connection& connection, const std::string& workspace, const std::string& text) {
  std::vector<std::string> words;
  for (const pg::Row row : connection.run(kWords, pg::Params{workspace, text})) words.emplace_back(row.bytes(0));
  return words;
}

// That what stands at the step's place is this, in the columns of `table`.
std::string same_place(const std::string& table, const std::string& at) {
  return table + "." + at + " = step." + at + " AND " + table + ".topic = step.topic AND " + table + ".partition = step.partition AND " + table + ".height = step.height";
}

}  // namespace

WordSearch::WordSearch(pg::Connection& connection, const std::string& workspace, const AuditFilter& filter, TimeOrder order)
    : connection_{connection}, workspace_{workspace}, filter_{filter}, time_order_{order}, order_{filter.clock, order}, words_{words_in(connection, workspace, filter.words.value_or(""))} {
  for (std::size_t n = 0; n < std::min(words_.size(), kWordLists); ++n) lists_.push_back({words_[n], {}});
  for (auto& column : columns_of(filter)) lists_.push_back({std::nullopt, std::move(column)});
}

AuditPage WordSearch::page(const std::optional<AuditPlace>& after, int limit) const {
  if (words_.empty()) return {};
  if (lists_.size() == 1) return read_audit_page(connection_, walk_query(0, after, std::int64_t{limit} + 1, limit));
  const pg::Transaction moment{connection_, kOneMoment};
  AuditPage page{{}, after};
  for (const auto steps : kSteps) {
    const auto walk = farthest(page.next, steps);
    auto found = read_audit_page(connection_, walk_query(walk.list, page.next, steps, limit - static_cast<int>(page.entries.size())));
    std::ranges::move(found.entries, std::back_inserter(page.entries));
    page.next = found.next ? found.next : walk.end;
    if (!page.next || page.entries.size() == static_cast<std::size_t>(limit)) break;
  }
  return page;
}

// The list that ends first, or whose steps end farthest from the place.
WordSearch::Walk WordSearch::farthest(const std::optional<AuditPlace>& after, std::int64_t steps) const {
  std::vector<std::optional<AuditPlace>> ends(lists_.size());
  const auto reach = reach_query(after, steps);
  for (const pg::Row row : connection_.query(reach.sql, reach.params)) ends[static_cast<std::size_t>(row.number(0))] = audit_place(row, 1);
  Walk walk{0, ends[0]};
  for (std::size_t n = 0; n < lists_.size(); ++n) {
    if (!ends[n]) return {n, std::nullopt};
    const bool farther = time_order_ == TimeOrder::newest_first ? *ends[n] < *walk.end : *ends[n] > *walk.end;
    if (is_in_order(lists_[n]) && farther) walk = {n, ends[n]};
  }
  return walk;
}

PageQuery WordSearch::reach_query(const std::optional<AuditPlace>& after, std::int64_t steps) const {
  // What is in no order that could be walked is walked when it is short, which its order by the other clock tells.
  const AuditOrder recorded{Clock::recorded, time_order_};
  Conditions statement;
  const auto last = " OFFSET " + statement.param(steps - 1) + " LIMIT 1)";
  std::string sql;
  for (std::size_t n = 0; n < lists_.size(); ++n) {
    const auto along = is_in_order(lists_[n]) ? steps_along(lists_[n], after, statement) : all_of(lists_[n], recorded.place, statement) + recorded.sql();
    sql += (n == 0 ? "" : " UNION ALL ") + ("SELECT " + std::to_string(n)) + " AS list, reach.* FROM (" + along + last + " reach";
  }
  return {sql, statement.params(), 0};
}

PageQuery WordSearch::walk_query(std::size_t list, const std::optional<AuditPlace>& after, std::int64_t steps, int limit) const {
  Conditions statement;
  const auto& walked = lists_[list];
  const auto step = "(" + steps_along(walked, after, statement) + " LIMIT " + statement.param(steps) + ") step";
  std::vector<pg::Bytes> others;
  for (const auto& word : words_) {
    if (word != walked.word) others.push_back({word});
  }
  // Each OFFSET 0 is a fence: a step is looked up by its place, whatever the planner believes about how many there are.
  const auto stands_in = "EXISTS (SELECT FROM audit.reason_word r WHERE r.word = other AND " + same_place("r", order_.at) + " OFFSET 0)";
  const auto has_others = others.empty() ? "" : " WHERE NOT EXISTS (SELECT FROM unnest(" + statement.param(others) + ") other WHERE NOT " + stands_in + " OFFSET 0)";
  auto entry = "SELECT prompt FROM audit.entry e WHERE workspace = " + statement.param(workspace_) + " AND " + same_place("e", order_.at);
  for (const auto& column : columns_of(filter_)) entry += " AND " + column.name + " = " + statement.param(column.value);
  const auto most = statement.param(static_cast<std::int64_t>(limit) + 1);
  return {"SELECT " + order_.place + ", prompt FROM " + step + ", LATERAL (" + entry + " OFFSET 0) entry" + has_others + order_.sql() + " LIMIT " + most, statement.params(), limit};
}

// SQL for these columns of all that is in the list.
std::string WordSearch::all_of(const List& list, const std::string& columns, Conditions& statement) const {
  if (list.word) return "SELECT " + columns + " FROM audit.reason_word WHERE word = " + statement.param(pg::Bytes{*list.word});
  const auto of_workspace = list.filter.by_workspace ? "workspace = " + statement.param(workspace_) + " AND " : "";
  return "SELECT " + columns + " FROM audit.entry WHERE " + of_workspace + list.filter.name + " = " + statement.param(list.filter.value);
}

// SQL for the places of the list behind this one, in order. What is in no order is read whole, behind a fence: the planner might walk down all events instead.
std::string WordSearch::steps_along(const List& list, const std::optional<AuditPlace>& after, Conditions& statement) const {
  auto sql = all_of(list, order_.place, statement);
  if (!is_in_order(list)) sql = "SELECT " + order_.place + " FROM (" + sql + " OFFSET 0) list WHERE true";
  return sql + order_.within(filter_, after, statement) + order_.sql();
}

}  // namespace ledger::projections
