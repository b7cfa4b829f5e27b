#include "http/exports/export_cells.hpp"

#include "domain/execution/cost.hpp"
#include "domain/json.hpp"
#include "http/json/execution_json.hpp"

namespace ledger::http {

using nlohmann::json;

void put_prompt(CsvWriter& csv, const std::string& id, const PromptNames& names) {
  csv.text(id);
  const auto found = names.find(id);
  if (found == names.end()) {
    csv.none();
  } else {
    csv.text(found->second.category + "/" + found->second.name);
  }
}

void put_opinion(CsvWriter& csv, const feedback::Opinion& opinion) {
  csv.word(opinion.user_choice).word(opinion.judge_winner).word(opinion.agent_winner);
  const auto correct = feedback::judge_correct(opinion);
  if (correct) {
    csv.flag(*correct);
  } else {
    csv.none();
  }
  csv.number(opinion.rating ? std::optional<std::int64_t>(*opinion.rating) : std::nullopt).word(opinion.thumbs).text(opinion.comment);
}

void put_figures(CsvWriter& csv, const execution::State& state, const std::optional<model::Cost>& priced) {
  const auto& ending = state.ending;
  json by_kind = json::object();
  for (const auto& [kind, cost] : priced ? priced->by_kind : ending.usage.cost) by_kind[kind] = to_text(cost);
  csv.number(static_cast<std::int64_t>(ending.usage.total))
      .text(json(ending.usage.tokens).dump())
      .number(priced ? priced->total : ending.cost)
      .text(cost_source(ending, priced))
      .text(by_kind.dump())
      .number(ending.latency_ms ? std::optional<std::int64_t>(*ending.latency_ms) : std::nullopt);
}

}  // namespace ledger::http
