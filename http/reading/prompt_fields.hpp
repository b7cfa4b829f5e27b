#pragma once

#include <string_view>
#include <utility>

#include "commands/prompt/commands.hpp"
#include "http/reading/fields.hpp"

// Bodies of requests as commands on prompts. Each asks for all of its fields; what is wrong with them is in `fields` (see Fields::done). Only
// shapes are checked here: what the values mean is for the decision.
namespace ledger::http {

inline constexpr std::pair<std::string_view, prompt::Status> kStatusWords[] = {{"draft", prompt::Status::draft},
                                                                               {"published", prompt::Status::published},
                                                                               {"deprecated", prompt::Status::deprecated},
                                                                               {"archived", prompt::Status::archived}};

prompt::CreatePrompt read_create(Fields& fields);
prompt::ChangePrompt read_change(Fields& fields);
prompt::AddVersion read_add_version(Fields& fields);
prompt::ForkPrompt read_fork(Fields& fields);

}  // namespace ledger::http
