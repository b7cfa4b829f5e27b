#include "commands/model/seeds.hpp"

#include <chrono>

namespace ledger::model {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp midnight(std::chrono::year_month_day day) { return Timestamp{std::chrono::sys_days{day}}; }
constexpr Money cents(std::int64_t amount) { return {amount * 10'000}; }

}  // namespace

std::vector<SeedModel> seeds() {
  return {
      {{.name = "gemini-2.5-flash",
        .details = {.provider = "gemini",
                    .display_name = "Gemini 2.5 Flash",
                    .description = "",
                    .context_window = 1'048'576,
                    .max_output_tokens = 65'536,
                    .capabilities = {"text", "vision", "audio", "tools", "json", "reasoning"}},
        .prices = {{.valid_from = midnight(2025y / 6 / 17),   // generally available
                    .per_million_tokens = {{"input", cents(30)}, {"cached_input", {75'000}}, {"output", cents(250)}, {"reasoning", cents(250)}},
                    .per_unit = {}}}}},
      {{.name = "imagen-3.0-generate-002",
        .details = {.provider = "gemini",
                    .display_name = "Imagen 3",
                    .description = "",
                    .context_window = {},
                    .max_output_tokens = {},
                    .capabilities = {"image_generation"}},
        .prices = {{.valid_from = midnight(2025y / 2 / 6),   // offered by the Gemini API
                    .per_million_tokens = {},
                    .per_unit = {{"image", cents(3)}}}}}},
  };
}

}  // namespace ledger::model
