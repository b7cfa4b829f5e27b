#pragma once

#include <optional>
#include <string>

#include "http/reading/fields.hpp"

namespace ledger::http {

// `subject`: whose personal text comes with the request, by a name of the caller's choosing. Asks for the field.
std::optional<std::string> read_subject(Fields& fields);

}  // namespace ledger::http
