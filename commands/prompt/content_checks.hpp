#pragma once

#include "commands/field_checks.hpp"
#include "commands/prompt/commands.hpp"
#include "domain/prompt/content.hpp"

namespace ledger::prompt {

// The content that a change makes of what was before (null for a first version), with its variables checked against the
// template or derived from it. What is wrong is added to the checks; the content is good only if they pass.
Content make_content(const ContentChange& change, const Content* before, FieldChecks& checks);

}  // namespace ledger::prompt
