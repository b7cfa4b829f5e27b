#pragma once

#include <optional>
#include <string>

#include "commands/execution/commands.hpp"
#include "http/reading/fields.hpp"
#include "http/reading/query.hpp"
#include "projections/executions/queries.hpp"
#include "projections/prompt_catalog/queries.hpp"

// Bodies and queries as commands on executions and filters of lists. Each asks for all of its fields; what is wrong with them is in `fields`.
namespace ledger::http {

// What POST /executions brings.
struct RecordFields {
  std::optional<std::string> id;               // the caller's own
  std::optional<prompt::VersionNumber> version;   // absent: what the label points to, or else the newest
  std::optional<std::string> subject;          // whose inputs and output these are: then they are to be sealed
  execution::Record command;

  // Which version that is, to be looked up.
  projections::WantedVersion wanted() const;
};
RecordFields read_record(Fields& fields);
// What its decision is to know of the version that was found for it.
execution::RecordContext context_of(const RecordFields& read, const std::optional<projections::NamedVersion>& found);

execution::Complete read_complete(Fields& fields);
execution::Fail read_fail(Fields& fields);
execution::Validate read_validate(Fields& fields);
execution::AppendLog read_log_line(Fields& fields);

projections::ExecutionFilter read_execution_filter(Query& query);
std::optional<execution::LogLevel> read_log_level(Query& query);

}  // namespace ledger::http
