#pragma once

#include "commands/score/commands.hpp"
#include "http/reading/fields.hpp"
#include "http/reading/query.hpp"
#include "projections/definitions/queries.hpp"
#include "projections/feedback/queries.hpp"

// Bodies and queries as commands on scores and their definitions, and as filters of their lists. Each asks for all of its fields; what is wrong with them
// is in `fields` or `query`.
namespace ledger::http {

score::GiveScore read_score(Fields& fields);
score_definition::CreateDefinition read_create_definition(Fields& fields);
score_definition::ChangeDefinition read_change_definition(Fields& fields);

projections::ScoreFilter read_score_filter(Query& query);
projections::ScoreDefinitionFilter read_definition_filter(Query& query);

}  // namespace ledger::http
