#pragma once

#include <cstddef>
#include <string_view>

namespace ledger {

// Well-formed by RFC 3629: no overlong forms, no surrogates, nothing past U+10FFFF.
bool is_utf8(std::string_view text);

// The number of code points of well-formed UTF-8.
std::size_t code_points(std::string_view utf8);

// Takes the first code point away from well-formed UTF-8 that is not empty. Of malformed UTF-8 it takes at least a byte, and no more than there is.
char32_t take_code_point(std::string_view& utf8);

}  // namespace ledger
