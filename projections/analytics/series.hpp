#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "domain/execution/state.hpp"
#include "projections/analytics/slots.hpp"

namespace ledger::projections {

// By what executions are told apart within a workspace. Coarser grains are kept beside the finest because a year of a
// workspace must not be summed up from all that ever ran in it (README.md, decisions).
enum class Grain : std::uint8_t { workspace, prompt, label, model, finest };
inline constexpr std::array kGrains{Grain::workspace, Grain::prompt, Grain::label, Grain::model, Grain::finest};
std::string_view to_text(Grain grain);
std::optional<Grain> parse_grain(std::string_view text);

// The levels that a grain is kept at, ascending. The finest has most rows and so few levels; what others have no slots for
// is summed up from it.
std::span<const Level> levels_of(Grain grain);

// Those executions of a workspace that are alike in what the grain tells apart; the rest is empty.
struct Series {
  Grain grain = Grain::workspace;
  std::string workspace;
  std::string prompt;
  prompt::VersionNumber version = 0;
  std::string label;
  std::string model;

  auto operator<=>(const Series&) const = default;
};
Series series_of(const execution::State& state, Grain grain);

// A digest of all of it: the same in every rebuild, and shorter than what it stands for.
std::string id_of(const Series& series);

}  // namespace ledger::projections
