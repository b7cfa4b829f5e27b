#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ledger::projections {

// PostgreSQL's text holds well-formed UTF-8 without U+0000, and a B-tree row at most 2,704 bytes. What outsiders may
// have put into a record is measured against that before it goes into a column.
inline constexpr std::size_t kIndexableBytes = 1'000;

bool is_storable(std::string_view text);
bool is_indexable(std::string_view text);  // storable, and short enough for an index beside other columns
// The text with every byte that cannot be stored as '?', cut to a length that fits a log line.
std::string made_storable(std::string_view text);

}  // namespace ledger::projections
