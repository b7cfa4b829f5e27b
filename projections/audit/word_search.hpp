#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "projections/audit/page.hpp"

namespace ledger::projections {

// Finds the events whose reasons have all words of a filter, and that pass the rest of it. A page is walked along one list in the order of time, of what has one of the words or passes one of the filters, and
// what stands there is looked up in the others. The list that reaches farthest in so many steps is walked: the rarest near the page's place. Whatever is asked, a page takes a bounded number of steps: it has
// what they found, and `next` is where they ended.
class WordSearch {
 public:
  WordSearch(pg::Connection& connection, const std::string& workspace, const AuditFilter& filter, TimeOrder order);

  AuditPage page(const std::optional<AuditPlace>& after, int limit) const;

  // What is asked for a page, to be seen by EXPLAIN: where so many steps along each list end, and what is found by so many along one of them. The lists are the words, the first few of many, and then the filters.
  std::size_t lists() const { return lists_.size(); }
  PageQuery reach_query(const std::optional<AuditPlace>& after, std::int64_t steps) const;
  PageQuery walk_query(std::size_t list, const std::optional<AuditPlace>& after, std::int64_t steps, int limit) const;

 private:
  // What has a word, or else passes a filter.
  struct List {
    std::optional<std::string> word;
    AuditColumn filter;
  };
  struct Walk {
    std::size_t list = 0;
    std::optional<AuditPlace> end;   // of its steps; absent when the list has fewer
  };

  // Whether an index has the list in the page's order.
  bool is_in_order(const List& list) const { return list.word.has_value() || filter_.clock == Clock::recorded; }
  std::string all_of(const List& list, const std::string& columns, Conditions& statement) const;
  std::string steps_along(const List& list, const std::optional<AuditPlace>& after, Conditions& statement) const;
  Walk farthest(const std::optional<AuditPlace>& after, std::int64_t steps) const;

  pg::Connection& connection_;
  const std::string workspace_;
  const AuditFilter filter_;
  const TimeOrder time_order_;
  const AuditOrder order_;
  std::vector<std::string> words_;   // as reason_word has them
  std::vector<List> lists_;
};

}  // namespace ledger::projections
