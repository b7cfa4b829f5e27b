#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace ledger::bench {

// The servers to measure on, as bench/run gives them.
inline std::string server(const char* variable) {
  const char* value = std::getenv(variable);
  if (value == nullptr || *value == '\0') throw std::runtime_error{std::string{variable} + " is not set; bench/run sets it"};
  return value;
}
inline std::string kafka_address() { return server("PROMPTLEDGER_TEST_KAFKA"); }

}  // namespace ledger::bench
