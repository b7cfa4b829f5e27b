#include "projections/executions/executions.hpp"

#include <set>

#include "domain/execution/codec.hpp"
#include "projections/executions/rows.hpp"
#include "projections/fold_streams.hpp"
#include "projections/sql_files.hpp"

namespace ledger::projections {
namespace {

// The lines of the batch whose streams were folded that far.
std::vector<LogLine> log_lines(std::span<const Applied> batch, const FoldedStreams<execution::State>& executions) {
  std::vector<LogLine> lines;
  std::map<std::string, std::uint64_t> numbers;   // the last line of each execution so far
  for (const auto& applied : batch) {
    if (!applied.event || applied.event->stream.kind != execution::kStreamKind || !execution::is_log_line(applied.event->type)) continue;
    const auto folded = executions.find(applied.event->stream.id);
    if (folded == executions.end() || applied.event->sequence > folded->second.after.version) continue;
    const auto event = execution::decode(applied.event->type, applied.event->data);
    const auto* line = event ? std::get_if<execution::LogAppended>(&*event) : nullptr;
    if (line == nullptr) continue;
    auto& number = numbers.try_emplace(folded->first, folded->second.before.log_lines).first->second;
    lines.push_back({folded->first, ++number, *line, applied.event->meta.occurred_at});
  }
  return lines;
}

}  // namespace

std::string_view ExecutionsProjection::tables_sql() const { return sql_file("projections/executions/tables.sql"); }
std::string_view ExecutionsProjection::indexes_sql() const { return sql_file("projections/executions/indexes.sql"); }

std::vector<Refusal> ExecutionsProjection::apply(pg::Connection& connection, std::span<const Applied> batch) const {
  std::vector<Refusal> refusals;
  const auto executions = fold_streams<execution::State>(
      batch, execution::kStreamKind, [&](const auto& ids) { return load_executions(connection, ids); }, refusals);
  write_executions(connection, executions);
  write_log_lines(connection, log_lines(batch, executions));
  return refusals;
}

}  // namespace ledger::projections
