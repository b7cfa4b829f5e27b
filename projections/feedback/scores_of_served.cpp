#include "projections/feedback/scores_of_served.hpp"

#include <stdexcept>

namespace ledger::projections {
namespace {

// OFFSET 0 keeps each execution's scores a lookup by their own index, whatever the planner thinks of how many executions there are.
const pg::Statement kScores{"feedback.scores_of_served", R"sql(
  SELECT s.name, s.type, CASE s.type WHEN 'categorical' THEN s.words ELSE '' END, count(*), coalesce((round(avg(s.number), 6) * 1000000)::int8, 0), count(*) FILTER (WHERE s.flag)
  FROM executions.execution e JOIN LATERAL (
    SELECT name, type, words, number, flag FROM feedback.score WHERE workspace = e.workspace AND target_kind = 'execution' AND target_id = e.id OFFSET 0
  ) s ON true
  WHERE e.workspace = $1 AND e.prompt_id = $2 AND e.prompt_version = $3 AND e.label = $4 AND e.created_at >= $5 AND e.created_at < $6
  GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT 500)sql"};

}  // namespace

std::vector<NamedScores> scores_of_served(pg::Pool& pool, const std::string& workspace, const Served& served) {
  const pg::Params params{workspace, served.prompt, static_cast<std::int32_t>(served.version), served.label, served.from, served.until};
  return pool.read([&](pg::Connection& connection) {
    std::vector<NamedScores> out;
    for (const pg::Row row : connection.run(kScores, params)) {
      const auto type = score::parse_type(row.text(1));
      if (!type) throw std::logic_error{"a stored type of scores is none"};
      if (out.empty() || out.back().name != row.text(0) || out.back().type != *type) out.push_back({.name = std::string{row.text(0)}, .type = *type, .count = 0, .average = {row.number(4)}, .flagged = row.number(5), .words = {}});
      auto& scores = out.back();
      scores.count += row.number(3);
      if (*type == score::Type::categorical) scores.words.emplace(row.text(2), row.number(3));
    }
    return out;
  });
}

}  // namespace ledger::projections
