
#include "domain/json.hpp"
#include "http/exports/export_cells.hpp"
#include "http/exports/export_pages.hpp"
#include "http/exports/exports.hpp"
#include "http/json/score_json.hpp"
#include "http/pricing.hpp"
#include "projections/executions/queries.hpp"
#include "projections/prompt_catalog/queries.hpp"

namespace ledger::http {
namespace {

using projections::ExecutionEntry;

// Stable: columns are added at the end, never moved.
constexpr std::string_view kColumns[] = {
    "execution_id", "request_id",       "prompt_id",   "prompt_name",  "version",      "label",        "ab_test_id",     "status",      "priority",   "provider",
    "model",        "user",             "session",     "trace_id",     "edge_function_id", "actor",    "created_at",     "started_at",  "completed_at", "tokens_total",
    "tokens",       "cost_usd",         "cost_source", "cost_by_kind", "latency_ms",   "validation_status", "validated_output", "error", "inputs",     "context",
    "output",       "user_choice",      "judge_winner", "agent_winner", "judge_correct", "rating",     "thumbs",         "comment",     "feedback_author", "feedback_at",
    "scores",       "scores_left_out"};

constexpr int kScores = 100;   // of one execution, the newest

void put_execution(CsvWriter& csv, const ExecutionEntry& entry, const PromptNames& names, const projections::PriceLists& prices) {
  const auto& state = entry.state;
  const auto& request = state.request;
  csv.text(entry.id).text(request.request_id);
  put_prompt(csv, request.prompt, names);
  csv.number(static_cast<std::int64_t>(request.version)).text(request.label).text(request.ab_test).word(state.status).word(request.priority).text(request.provider);
  csv.text(request.model).text(request.user).text(request.session).text(request.trace_id).text(request.edge_function_id).text(state.actor);
  csv.time(state.created_at).time(state.started_at).time(state.completed_at);
  put_figures(csv, state, cost_by(prices, state));
  csv.word(state.checked.status).text(state.checked.output ? std::string_view{state.checked.output->text} : std::string_view{}).text(state.ending.error);
  csv.text(request.inputs).text(request.context.text).text(state.ending.output);
}

void put_said(CsvWriter& csv, const projections::FeedbackEntry* said) {
  put_opinion(csv, said == nullptr ? feedback::Opinion{} : said->state.opinion);
  if (said == nullptr) {
    csv.none().none();
  } else {
    csv.text(said->state.author).time(said->state.updated_at);
  }
}

// The values alone, as JSON: a spreadsheet has one cell for them.
void put_scores(CsvWriter& csv, const App& app, const std::string& workspace, const std::string& execution, std::int64_t count) {
  if (count == 0) {
    csv.none().none();
    return;
  }
  projections::ScoreFilter filter;
  filter.kind = projections::ScoreKind::score;
  filter.target = {score::TargetKind::execution, execution};
  nlohmann::json scores = nlohmann::json::array();
  for (const auto& entry : app.feedback->scores(workspace, filter, {}, kScores).entries) {
    const auto whole = score_json(entry, {});   // nothing in a score is sealed
    nlohmann::json& one = scores.emplace_back();
    for (const char* member : {"name", "type", "value", "source", "comment"}) {
      if (whole.contains(member)) one[member] = whole[member];
    }
  }
  const auto left_out = std::max<std::int64_t>(0, count - static_cast<std::int64_t>(scores.size()));
  csv.text(scores.dump()).number(left_out);
}

void put_page(const App& app, const std::string& workspace, CsvWriter& csv, const std::vector<ExecutionEntry>& entries) {
  std::vector<std::string> ids, prompt_ids;
  for (const auto& entry : entries) {
    ids.push_back(entry.id);
    prompt_ids.push_back(entry.state.request.prompt);
  }
  const auto prices = prices_for(entries, workspace, app);
  const auto names = app.prompts->names(workspace, prompt_ids);
  const auto said = app.feedback->of_executions(workspace, ids);
  const auto counts = app.feedback->score_counts(workspace, ids);
  for (const auto& entry : entries) {
    put_execution(csv, entry, names, prices);
    const auto of_it = std::ranges::find_if(said, [&](const projections::FeedbackEntry& one) { return one.state.about.execution == entry.id; });
    put_said(csv, of_it == said.end() ? nullptr : &*of_it);
    const auto count = counts.find(entry.id);
    put_scores(csv, app, workspace, entry.id, count == counts.end() ? 0 : count->second);
    csv.end_row();
  }
}

}  // namespace

Reply export_executions(const App& app, const std::string& workspace, const ExportFilter& filter) {
  projections::ExecutionFilter executions;
  executions.prompt = filter.prompt;
  executions.created_from = filter.created.from;
  executions.created_until = filter.created.until;
  const auto read = [&app, workspace, executions](const auto& after, int limit) {
    return app.executions->list(workspace, executions, projections::TimeOrder::oldest_first, after, limit);
  };
  const auto put = [&app, workspace](CsvWriter& csv, const std::vector<ExecutionEntry>& entries) { put_page(app, workspace, csv, entries); };
  return csv_of_pages("executions.csv", kColumns, Pages<ExecutionEntry>(read, kExportPage), put);
}

}  // namespace ledger::http
