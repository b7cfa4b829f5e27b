#include "http/exports/export_cells.hpp"
#include "http/exports/export_pages.hpp"
#include "http/exports/exports.hpp"
#include "projections/prompt_catalog/queries.hpp"

namespace ledger::http {
namespace {

using projections::ScoreEntry;
using projections::VersionEntry;

// Stable: columns are added at the end, never moved.
constexpr std::string_view kColumns[] = {"time", "what", "prompt_id", "prompt_name", "version", "name", "type", "value", "target", "target_id", "source", "judge", "user", "author", "text", "id"};

// They hold no large texts.
constexpr int kVersionsPage = 500;

void put_version(CsvWriter& csv, const VersionEntry& entry) {
  const auto& state = entry.state;
  csv.time(state.created_at).text("version").text(state.prompt).text(state.name.category + "/" + state.name.name).number(static_cast<std::int64_t>(state.number));
  csv.none().none().none().none().none().text(state.source).none().none().text(state.author).text(state.change_log).text(entry.id);
  csv.end_row();
}

void put_value(CsvWriter& csv, const score::Value& value) {
  std::visit(Overloaded{
                 [&](Score number) { csv.number(number); },
                 [&](bool flag) { csv.flag(flag); },
                 [&](const std::string& word) { csv.text(word); },
                 [&](const PersonalText& text) { csv.text(text); },
             },
             value);
}

void put_score(CsvWriter& csv, const ScoreEntry& entry, const PromptNames& names) {
  const auto& state = entry.state;
  const auto& given = state.given;
  csv.time(state.created_at).word(entry.kind);
  put_prompt(csv, given.target.prompt, names);
  csv.number(given.target.version > 0 ? std::optional<std::int64_t>(given.target.version) : std::nullopt).text(given.name).word(given.type);
  put_value(csv, given.value);
  csv.word(given.target.kind).text(given.target.id).word(given.source).text(entry.judge).text(given.user).text(state.author).text(given.comment).text(entry.id);
  csv.end_row();
}

// Two lists by time as one; of what happened at the same time the version comes first.
void merge(const App& app, const std::string& workspace, BodySink& sink, Pages<VersionEntry>& versions, Pages<ScoreEntry>& scores) {
  CsvWriter csv(sink, kColumns);
  std::size_t version = 0;
  const auto put_versions_until = [&](const std::optional<Timestamp>& time) {
    for (;;) {
      for (; version < versions.entries().size(); ++version) {
        const auto& entry = versions.entries()[version];
        if (time && entry.state.created_at > *time) return;
        put_version(csv, entry);
      }
      go_on_only_if_whole(sink);
      if (!csv.open() || !versions.next()) return;
      version = 0;
    }
  };
  do {
    go_on_only_if_whole(sink);
    std::vector<std::string> prompts;
    for (const auto& entry : scores.entries()) prompts.push_back(entry.state.given.target.prompt);
    const auto names = app.prompts->names(workspace, prompts);
    for (const auto& entry : scores.entries()) {
      put_versions_until(entry.state.created_at);
      put_score(csv, entry, names);
    }
  } while (csv.open() && scores.next());
  put_versions_until({});
  csv.finish();
}

}  // namespace

Reply export_over_time(const App& app, const std::string& workspace, const ExportFilter& filter) {
  projections::ScoreFilter scores;
  scores.prompt = filter.prompt;
  scores.created = filter.created;
  Pages<VersionEntry> version_pages(
      [&app, workspace, filter](const auto& after, int limit) { return app.prompts->versions_over_time(workspace, filter.prompt, filter.created.from, filter.created.until, after, limit); }, kVersionsPage);
  Pages<ScoreEntry> score_pages([&app, workspace, scores](const auto& after, int limit) { return app.feedback->scores(workspace, scores, after, limit, projections::TimeOrder::oldest_first); },
                                kExportPage);
  return csv_reply("over-time.csv", [&app, workspace, version_pages = std::move(version_pages), score_pages = std::move(score_pages)](BodySink& sink) mutable {
    merge(app, workspace, sink, version_pages, score_pages);
  });
}

}  // namespace ledger::http
