#pragma once

#include "commands/prompt/commands.hpp"
#include "http/fields.hpp"

// Bodies of requests as commands on prompts. Each asks for all of its fields; what is wrong with them is in `fields` (see Fields::done). Only
// shapes are checked here: what the values mean is for the decision.
namespace ledger::http {

prompt::CreatePrompt read_create(Fields& fields);
prompt::ChangePrompt read_change(Fields& fields);
prompt::AddVersion read_add_version(Fields& fields);
prompt::ForkPrompt read_fork(Fields& fields);

}  // namespace ledger::http
