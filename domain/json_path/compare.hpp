#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>

// Values as RFC 9535, section 2.3.5.2.2 compares them: numbers by what they are worth, strings by their characters. Each value that is looked at is taken
// from `steps`; with none left the answer is false and worth nothing.
namespace ledger::json_path {

bool is_equal(const nlohmann::json& left, const nlohmann::json& right, std::size_t& steps);

// False unless both are numbers or both are strings.
bool is_less(const nlohmann::json& left, const nlohmann::json& right);

}  // namespace ledger::json_path
