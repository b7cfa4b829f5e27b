#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>

namespace ledger::app {

// Calls `work` once for each number below `count`, lower ones first, on so many threads at most, of which the caller's is one; returns when all are through. The
// first exception asks the others to stop, keeps what has not begun from beginning, and is thrown on. When `stop` is requested, so is the token that `work`
// is given, and what has not begun is an std::runtime_error.
void side_by_side(std::size_t count, std::size_t threads, const std::stop_token& stop, const std::function<void(std::size_t number, const std::stop_token&)>& work);

}  // namespace ledger::app
