#pragma once

#include <string>
#include <string_view>

namespace ledger::projections {

// A sum over any number of executions. Each of them may have cost a million dollars in millionths, and ten million of
// those are beyond 64 bits.
using Sum = __int128;

std::string to_text(Sum sum);
// Throws std::logic_error for what to_text has not written.
Sum parse_sum(std::string_view text);

// Of millionths of a dollar: with all six decimals, as to_text(Money) writes an amount.
std::string to_money_text(Sum micros);

// Rounded half away from 0, as an amount of money is. `count` is above 0.
Sum mean(Sum sum, Sum count);

}  // namespace ledger::projections
