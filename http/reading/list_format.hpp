#pragma once

#include <cstdint>

#include "http/reading/query.hpp"
#include "http/request.hpp"

namespace ledger::http {

// How a list that may be long is answered: page by page, or all of it as a stream.
enum class ListFormat : std::uint8_t { json, ndjson, csv };

// ?format=, or else the first media type in Accept that is one of them; else pages.
ListFormat read_list_format(Query& query, const Request& request);

}  // namespace ledger::http
