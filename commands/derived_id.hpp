#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace ledger {

// The id of a stream that others have a name for already: a UUID of version 8 (RFC 9562, section 5.8) made of the first
// 122 bits of a SHA-256 over the parts, each behind its length, so that none runs into the next. The same parts always
// give the same id, other parts another one. `use` says what the id is for: ids of other uses differ, too.
std::string derived_id(std::string_view use, std::initializer_list<std::string_view> parts);

}  // namespace ledger
