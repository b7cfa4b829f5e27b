#pragma once

#include <string_view>

#include "domain/json_path/fault.hpp"
#include "domain/json_path/regexp.hpp"
#include "domain/result.hpp"

namespace ledger::json_path {

// Reads a pattern of I-Regexp and writes the program that follows it.
Result<Regexp::Program, Fault> compile_program(std::string_view pattern);

}  // namespace ledger::json_path
