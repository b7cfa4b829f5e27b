#pragma once

#include <chrono>

#include "http/app.hpp"

namespace ledger::app {

// Gives every workspace that the read model of access shows the models that it begins with, where they are missing: those that were made before there were
// seeds, or by a process that ended in between. Waits a bounded time; what it does not get done is for the next start, and told in the log.
void seed_models(const http::App& app, std::chrono::milliseconds at_most);

}  // namespace ledger::app
