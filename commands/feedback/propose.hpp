#pragma once

#include <optional>
#include <string>

#include "commands/caller.hpp"
#include "commands/feedback/commands.hpp"
#include "commands/proposal.hpp"

// Commands on feedback, judge scores and scans, made ready for the writer of their stream's partition. Each stream is a
// consistency boundary of its own: they spread over all partitions of the feedback topic.
namespace ledger::feedback {

// `origin` is how the command's request id was first used, if it was.
Proposal propose(const GiveFeedback& command, const std::optional<Origin>& origin, const Caller& caller);

}  // namespace ledger::feedback

namespace ledger::judge_score {

Proposal propose(const std::string& id, const GiveScores& command, const GiveContext& context, const Caller& caller);

}  // namespace ledger::judge_score

namespace ledger::security_scan {

Proposal propose(const std::string& id, const RecordScan& command, const Caller& caller);

}  // namespace ledger::security_scan
