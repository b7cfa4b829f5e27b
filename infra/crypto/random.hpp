#pragma once

#include <cstddef>
#include <string>

namespace ledger::crypto {

// Fit for keys. Any thread. Throws std::runtime_error when the system has no randomness to give.
std::string random_bytes(std::size_t count);

}  // namespace ledger::crypto
