#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "domain/time.hpp"

namespace ledger::projections {

// How long the slots of time are that executions are summed up by, in UTC. The offsets of time zones are whole quarters
// of an hour, so that a day of any zone is made of hours or quarters.
enum class Level : std::uint8_t { quarter, hour, day, month };
inline constexpr std::array kLevels{Level::quarter, Level::hour, Level::day, Level::month};
std::string_view to_text(Level level);  // also the table's name

// The slot that holds the time, by where it begins; and where the one behind it begins.
Timestamp slot_of(Level level, Timestamp time);
Timestamp slot_after(Level level, Timestamp slot);

// A part of a period: whole slots of a level. Without a level it holds no whole slot: its executions have to be looked at
// one by one.
struct Piece {
  std::optional<Level> level;
  Timestamp from, until;  // until is not included, here and below

  bool operator==(const Piece&) const = default;
};

// Cuts a period into pieces, in order, of the coarsest levels that fit; `levels` ascend. Empty for an empty period.
std::vector<Piece> cut(Timestamp from, Timestamp until, std::span<const Level> levels);

}  // namespace ledger::projections
