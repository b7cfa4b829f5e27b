#pragma once

#include <cstddef>
#include <string_view>

namespace ledger {

// Well-formed by RFC 3629: no overlong forms, no surrogates, nothing past U+10FFFF.
bool is_utf8(std::string_view text);

// The number of code points of well-formed UTF-8.
std::size_t code_points(std::string_view utf8);

}  // namespace ledger
