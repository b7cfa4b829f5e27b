#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "log/record.hpp"

namespace ledger::projections {

// A record's headers as one bytea, in their order: for each the length of its name as four bytes, big-endian, the name,
// and the same of its value. With key and value beside it the record can be given back byte for byte.
std::string encode_headers(const std::vector<log::Header>& headers);
// Nothing when the bytes are no such list.
std::optional<std::vector<log::Header>> decode_headers(std::string_view bytes);

// A hash as the bytes of a bytea, and back (all zero when it is not 32 bytes).
std::string_view bytes_of(const log::Hash& hash);
log::Hash hash_of(std::string_view bytes);

}  // namespace ledger::projections
