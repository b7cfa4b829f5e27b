#pragma once

#include <string_view>

namespace ledger::http {

// schemas/openapi.yaml as JSON, as it was when the program was built.
std::string_view openapi_json();

}  // namespace ledger::http
