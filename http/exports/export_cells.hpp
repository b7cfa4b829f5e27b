#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/execution/state.hpp"
#include "domain/feedback/feedback.hpp"
#include "domain/model/prices.hpp"
#include "domain/prompt/name.hpp"
#include "http/exports/csv_writer.hpp"

// Cells that more than one export has.
namespace ledger::http {

using PromptNames = std::map<std::string, prompt::Name>;

// The prompt's id, and its name behind its category, as it is now.
void put_prompt(CsvWriter& csv, const std::string& id, const PromptNames& names);
inline constexpr int kPromptCells = 2;   // prompt_id, prompt_name

// user_choice, judge_winner, agent_winner, judge_correct, rating, thumbs, comment
void put_opinion(CsvWriter& csv, const feedback::Opinion& opinion);

// tokens_total, tokens, cost_usd, cost_source, cost_by_kind, latency_ms: maps as JSON
void put_figures(CsvWriter& csv, const execution::State& state, const std::optional<model::Cost>& priced);

}  // namespace ledger::http
