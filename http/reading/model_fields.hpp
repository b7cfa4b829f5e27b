#pragma once

#include "commands/model/commands.hpp"
#include "http/reading/fields.hpp"
#include "http/reading/query.hpp"
#include "projections/definitions/queries.hpp"

// Bodies and queries as commands on models, and as a filter of their list. Each asks for all of its fields; what is wrong with them is in `fields` or `query`.
namespace ledger::http {

model::CreateModel read_create_model(Fields& fields);
model::ChangeModel read_change_model(Fields& fields);
projections::ModelFilter read_model_filter(Query& query);

}  // namespace ledger::http
