#include "projections/feedback/said.hpp"

#include <map>
#include <utility>

#include "projections/conditions.hpp"

namespace ledger::projections {
namespace {

using Place = std::pair<std::size_t, prompt::VersionNumber>;

struct Question {
  std::string place;  // the columns of point and version
  Conditions conditions;
};

Question question(const std::string& workspace, const std::optional<std::string>& prompt, const std::vector<Timestamp>& bounds, const std::string& table) {
  Question asked;
  auto& conditions = asked.conditions;
  conditions.where(table + ".workspace = ", workspace);
  if (prompt) conditions.where(table + ".prompt_id = ", *prompt);
  conditions.where(table + ".created_at >= ", bounds.front());
  conditions.where(table + ".created_at < ", bounds.back());
  asked.place = "width_bucket(" + table + ".created_at, " + conditions.param(bounds) + ") - 1, " + (prompt ? table + ".prompt_version" : std::string{"0"});
  return asked;
}

Place place_of(const pg::Row& row) { return {static_cast<std::size_t>(row.number(0)), static_cast<prompt::VersionNumber>(row.number(1))}; }

}  // namespace

std::vector<Said> said_within(pg::Pool& pool, const std::string& workspace, const std::optional<std::string>& prompt, const std::vector<Timestamp>& bounds) {
  const auto scores = question(workspace, prompt, bounds, "s");
  const std::string scores_sql = "SELECT " + scores.place +
                                 ", d.dimension, count(*), (round(avg(d.score), 6) * 1000000)::int8, (min(d.score) * 1000000)::int8, (max(d.score) * 1000000)::int8 "
                                 "FROM feedback.judge_score s JOIN feedback.judge_score_dimension d ON d.score_id = s.id " +
                                 scores.conditions.sql() + " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
  const auto opinions = question(workspace, prompt, bounds, "f");
  const std::string opinions_sql = "SELECT " + opinions.place +
                                   ", count(*), count(f.rating), coalesce(sum(f.rating), 0), count(*) FILTER (WHERE f.thumbs = 'up'), "
                                   "count(*) FILTER (WHERE f.thumbs = 'down'), count(f.judge_correct), count(*) FILTER (WHERE f.judge_correct) "
                                   "FROM feedback.feedback f " +
                                   opinions.conditions.sql() + " GROUP BY 1, 2";
  return pool.read([&](pg::Connection& connection) {
    std::map<Place, Said> said;
    for (const pg::Row row : connection.query(scores_sql, scores.conditions.params())) {
      said[place_of(row)].scores.push_back({std::string{row.text(2)}, row.number(3), {row.number(4)}, {row.number(5)}, {row.number(6)}});
    }
    for (const pg::Row row : connection.query(opinions_sql, opinions.conditions.params())) {
      said[place_of(row)].opinions = {row.number(2), row.number(3), row.number(4), row.number(5), row.number(6), row.number(7), row.number(8)};
    }
    std::vector<Said> in_order;
    for (auto& [place, one] : said) {
      one.point = place.first;
      one.version = place.second;
      in_order.push_back(std::move(one));
    }
    return in_order;
  });
}

}  // namespace ledger::projections
