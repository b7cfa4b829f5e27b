#include "projections/executions/queries.hpp"

#include <stdexcept>
#include <utility>

#include "projections/conditions.hpp"

namespace ledger::projections {
namespace {

const std::string kSelectSql = "SELECT " + std::string{kExecutionColumns} + " FROM executions.execution";

const std::string kByIdSql = kSelectSql + " WHERE workspace = $1 AND id = $2";
const pg::Statement kById{"executions.by_id", kByIdSql};

const std::string kByIdsSql = kSelectSql + " WHERE workspace = $1 AND id = ANY($2)";
const pg::Statement kByIds{"executions.by_ids", kByIdsSql};

const pg::Statement kLog{"executions.log", R"sql(
  SELECT l.number, l.level, l.message, l.data, l.logged_at
  FROM executions.execution_log l JOIN executions.execution e ON e.id = l.execution_id
  WHERE e.workspace = $1 AND l.execution_id = $2 AND ($3::text IS NULL OR l.level = $3) AND l.number > $4 ORDER BY l.number LIMIT $5)sql"};

const pg::Statement kOwner{"executions.owner", R"sql(
  SELECT id, actor, prompt_id, prompt_version, user_name, inputs_subject FROM executions.execution
  WHERE workspace = $1 AND request_id = $2 ORDER BY recorded_at, id LIMIT 1)sql"};

const pg::Statement kSubject{"executions.subject", "SELECT inputs_subject FROM executions.execution WHERE workspace = $1 AND id = $2"};

const pg::Statement kReach{"executions.reach", R"sql(
  SELECT count(DISTINCT user_name) FILTER (WHERE user_name <> ''), count(DISTINCT session) FILTER (WHERE session <> '') FROM executions.execution
  WHERE workspace = $1 AND prompt_id = $2 AND prompt_version = $3 AND label = $4 AND created_at >= $5 AND created_at < $6)sql"};

void add_filter(Conditions& conditions, const ExecutionFilter& filter) {
  const auto is = [&](const std::string& column, const std::optional<std::string>& value) {
    if (value) conditions.where(column + " = ", *value);
  };
  // Written out, being one of our five words: a parameter does not choose among indexes that are for some of them only.
  if (filter.status) conditions.add("status = '" + std::string{to_text(*filter.status)} + "'");
  if (filter.priority) conditions.where("priority = ", to_text(*filter.priority));
  if (filter.validation) conditions.where("validation_status = ", to_text(*filter.validation));
  if (filter.version) conditions.where("prompt_version = ", static_cast<std::int32_t>(*filter.version));
  is("prompt_id", filter.prompt);
  is("label", filter.label);
  is("ab_test", filter.ab_test);
  is("provider", filter.provider);
  is("model", filter.model);
  is("user_name", filter.user);
  if (filter.user && !filter.user->empty()) conditions.add("user_name <> ''");
  is("session", filter.session);
  if (filter.session && !filter.session->empty()) conditions.add("session <> ''");
  is("trace_id", filter.trace_id);
  if (filter.trace_id && !filter.trace_id->empty()) conditions.add("trace_id <> ''");
  is("edge_function_id", filter.edge_function_id);
  is("request_id", filter.request_id);
  is("actor", filter.actor);
  if (filter.created_from) conditions.where("created_at >= ", *filter.created_from);
  if (filter.created_until) conditions.where("created_at < ", *filter.created_until);
  if (filter.recorded_until) conditions.where("recorded_at <= ", *filter.recorded_until);
}

}  // namespace

PageQuery execution_page_query(const std::string& workspace, const ExecutionFilter& filter, TimeOrder order, const std::optional<TimeMark>& after, int limit) {
  Conditions conditions;
  conditions.where("workspace = ", workspace);
  add_filter(conditions, filter);
  return page_query(kSelectSql, std::move(conditions), order, after, limit);
}

std::optional<ExecutionEntry> ExecutionQueries::by_id(const std::string& workspace, const std::string& id) {
  return pool_.read([&](pg::Connection& connection) -> std::optional<ExecutionEntry> {
    const auto rows = connection.run(kById, pg::Params{workspace, id});
    if (rows.empty()) return std::nullopt;
    return execution_of(rows[0]);
  });
}

std::vector<ExecutionEntry> ExecutionQueries::by_ids(const std::string& workspace, const std::vector<std::string>& ids) {
  return pool_.read([&](pg::Connection& connection) {
    std::vector<ExecutionEntry> entries;
    for (const pg::Row row : connection.run(kByIds, pg::Params{workspace, ids})) entries.push_back(execution_of(row));
    return entries;
  });
}

TimePage<ExecutionEntry> ExecutionQueries::list(const std::string& workspace, const ExecutionFilter& filter, TimeOrder order, const std::optional<TimeMark>& after, int limit) {
  return read_page(pool_, execution_page_query(workspace, filter, order, after, limit), execution_of);
}

LogPage ExecutionQueries::log(const std::string& workspace, const std::string& id, std::optional<execution::LogLevel> level, std::uint64_t after, int limit) {
  const std::optional<std::string> word = level ? std::optional{std::string{to_text(*level)}} : std::nullopt;
  const pg::Params params{workspace, id, word, static_cast<std::int64_t>(after), static_cast<std::int64_t>(limit) + 1};
  return pool_.read([&](pg::Connection& connection) {
    LogPage page;
    for (const pg::Row row : connection.run(kLog, params)) {
      if (static_cast<int>(page.lines.size()) == limit) {
        page.more = true;
        break;
      }
      const auto said = execution::parse_log_level(row.text(1));
      if (!said) throw std::logic_error{"a stored level is none"};
      page.lines.push_back({id, static_cast<std::uint64_t>(row.number(0)), {*said, std::string{row.text(2)}, {std::string{row.json(3)}}}, row.time(4)});
    }
    return page;
  });
}

Reach ExecutionQueries::reach(const std::string& workspace, const Served& served) {
  const pg::Params params{workspace, served.prompt, static_cast<std::int32_t>(served.version), served.label, served.from, served.until};
  return pool_.read([&](pg::Connection& connection) {
    const auto rows = connection.run(kReach, params);
    return Reach{rows[0].number(0), rows[0].number(1)};
  });
}

std::optional<RequestOwner> ExecutionQueries::owner_of(const std::string& workspace, const std::string& request_id) {
  return pool_.read([&](pg::Connection& connection) -> std::optional<RequestOwner> {
    const auto rows = connection.run(kOwner, pg::Params{workspace, request_id});
    if (rows.empty()) return std::nullopt;
    const auto row = rows[0];
    return RequestOwner{std::string{row.text(0)}, std::string{row.text(1)}, std::string{row.text(2)}, static_cast<prompt::VersionNumber>(row.number(3)), std::string{row.text(4)}, std::string{row.text(5)}};
  });
}

std::optional<std::string> ExecutionQueries::subject_of(const std::string& workspace, const std::string& id) {
  return pool_.read([&](pg::Connection& connection) {
    const auto rows = connection.run(kSubject, pg::Params{workspace, id});
    return rows.empty() ? std::nullopt : std::optional{std::string{rows[0].text(0)}};
  });
}

}  // namespace ledger::projections
