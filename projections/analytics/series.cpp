#include "projections/analytics/series.hpp"

#include <algorithm>

#include "log/sha256.hpp"
#include "projections/record_bytes.hpp"

namespace ledger::projections {
namespace {

constexpr std::array kFinestLevels{Level::quarter, Level::day};
constexpr std::array kCoarserLevels{Level::hour, Level::day, Level::month};
constexpr std::size_t kIdBytes = 16;

}  // namespace

std::string_view to_text(Grain grain) {
  switch (grain) {
    case Grain::workspace: return "workspace";
    case Grain::prompt: return "prompt";
    case Grain::label: return "label";
    case Grain::model: return "model";
    case Grain::finest: return "finest";
  }
  return "finest";
}

std::optional<Grain> parse_grain(std::string_view text) {
  const auto found = std::find_if(kGrains.begin(), kGrains.end(), [&](Grain grain) { return to_text(grain) == text; });
  return found == kGrains.end() ? std::nullopt : std::optional{*found};
}

std::span<const Level> levels_of(Grain grain) {
  if (grain == Grain::finest) return kFinestLevels;
  return kCoarserLevels;
}

Series series_of(const execution::State& state, Grain grain) {
  const auto& request = state.request;
  Series series{.grain = grain, .workspace = state.workspace, .prompt = {}, .version = 0, .label = {}, .model = {}};
  const bool finest = grain == Grain::finest;
  if (finest || grain == Grain::prompt) series.prompt = request.prompt;
  if (finest) series.version = request.version;
  if (finest || grain == Grain::label) series.label = request.label;
  if (finest || grain == Grain::model) series.model = request.model;
  return series;
}

std::string id_of(const Series& series) {
  log::Sha256 digest;
  digest.lp(to_text(series.grain)).lp(series.workspace).lp(series.prompt).u32(series.version).lp(series.label).lp(series.model);
  return std::string{bytes_of(digest.finish()).substr(0, kIdBytes)};
}

}  // namespace ledger::projections
