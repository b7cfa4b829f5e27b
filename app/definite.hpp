#pragma once

#include <chrono>
#include <functional>
#include <future>

#include "commands/command_side.hpp"

namespace ledger::app {

// The outcome of a command that was sent; while nothing was stored, or nobody can know, the same is proposed again, until then. The command must be one
// that may come twice: by its key, or by the id of what it makes.
Outcome definite_outcome(CommandSide& commands, std::future<Outcome> sent, const std::function<Proposal()>& propose,
                         std::chrono::steady_clock::time_point give_up_at);

}  // namespace ledger::app
