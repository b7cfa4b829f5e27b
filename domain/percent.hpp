#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ledger {

// Percent-encodes a part of a tag or path (RFC 3986): everything but letters, digits and -._~ as %XX of its UTF-8
// bytes.
std::string percent_encode_part(std::string_view part);

// Percent-encodes the value of a CloudEvents header by the rule of the HTTP binding, section 3.1.3.2: space, '"', '%'
// and whatever is not printable ASCII. The Kafka binding asks only for UTF-8; this keeps headers printable and free of
// control characters whoever shows them.
std::string percent_encode_header(std::string_view value);

// Undoes either. Nothing when a '%' is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view encoded);

}  // namespace ledger
