#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ledger::http {

// The client's X-Request-Id if it is 1 to 128 printable ASCII characters, else a new UUIDv7.
std::string request_id_of(std::optional<std::string_view> given);
// The client's W3C traceparent if it is well formed, else nothing.
std::string traceparent_of(std::optional<std::string_view> given);

}  // namespace ledger::http
