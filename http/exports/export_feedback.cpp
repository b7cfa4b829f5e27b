#include "http/exports/export_cells.hpp"
#include "http/exports/export_pages.hpp"
#include "http/exports/exports.hpp"
#include "http/pricing.hpp"
#include "projections/executions/queries.hpp"
#include "projections/prompt_catalog/queries.hpp"

namespace ledger::http {
namespace {

using projections::FeedbackEntry;

// Stable: columns are added at the end, never moved.
constexpr std::string_view kColumns[] = {
    "feedback_id",  "request_id", "prompt_id",  "prompt_name", "version",      "execution_id", "user",         "user_choice",  "judge_winner",  "agent_winner",
    "judge_correct", "rating",    "thumbs",     "comment",     "author",       "given_at",     "changed_at",   "status",       "label",         "provider",
    "model",        "inputs",     "output",     "tokens_total", "tokens",      "cost_usd",     "cost_source",  "cost_by_kind", "latency_ms",    "execution_created_at",
    "execution_completed_at"};
constexpr int kExecutionCells = 14;   // from status on

void put_execution(CsvWriter& csv, const execution::State& state, const projections::PriceLists& prices) {
  const auto& request = state.request;
  csv.word(state.status).text(request.label).text(request.provider).text(request.model).text(request.inputs).text(state.ending.output);
  put_figures(csv, state, cost_by(prices, state));
  csv.time(state.created_at).time(state.completed_at);
}

void put_feedback(CsvWriter& csv, const FeedbackEntry& entry, const PromptNames& names) {
  const auto& [id, state] = entry;
  csv.text(id).text(state.about.request_id);
  put_prompt(csv, state.about.prompt, names);
  csv.number(static_cast<std::int64_t>(state.about.version)).text(state.about.execution).text(state.about.user);
  put_opinion(csv, state.opinion);
  csv.text(state.author).time(state.created_at);
  csv.time(state.version > 1 ? std::optional(state.updated_at) : std::nullopt);
}

void put_page(const App& app, const std::string& workspace, CsvWriter& csv, const std::vector<FeedbackEntry>& entries) {
  std::vector<std::string> execution_ids, prompt_ids;
  for (const auto& entry : entries) {
    execution_ids.push_back(entry.state.about.execution);
    prompt_ids.push_back(entry.state.about.prompt);
  }
  const auto executions = app.executions->by_ids(workspace, execution_ids);
  const auto prices = prices_for(executions, workspace, app);
  const auto names = app.prompts->names(workspace, prompt_ids);
  for (const auto& entry : entries) {
    put_feedback(csv, entry, names);
    const auto found = std::ranges::find(executions, entry.state.about.execution, &projections::ExecutionEntry::id);
    if (found != executions.end()) {
      put_execution(csv, found->state, prices);
    } else {
      for (int cell = 0; cell < kExecutionCells; ++cell) csv.none();   // its read model does not show it yet
    }
    csv.end_row();
  }
}

}  // namespace

Reply export_feedback(const App& app, const std::string& workspace, const ExportFilter& filter) {
  const projections::FeedbackFilter feedback{.request_id = {}, .user = {}, .prompt = filter.prompt, .created = filter.created};
  const auto read = [&app, workspace, feedback](const auto& after, int limit) {
    return app.feedback->feedback(workspace, feedback, after, limit, projections::TimeOrder::oldest_first);
  };
  const auto put = [&app, workspace](CsvWriter& csv, const std::vector<FeedbackEntry>& entries) { put_page(app, workspace, csv, entries); };
  return csv_of_pages("multi-agent.csv", kColumns, Pages<FeedbackEntry>(read, kExportPage), put);
}

}  // namespace ledger::http
