#include "projections/prompt_catalog/settings_rows.hpp"

namespace ledger::projections {
namespace {

const pg::Statement kLoad{"prompt_catalog.load_settings", R"sql(
  SELECT workspace, version, protected_labels FROM workspace_settings WHERE workspace = ANY($1))sql"};

const pg::Statement kUpsert{"prompt_catalog.upsert_settings", R"sql(
  INSERT INTO workspace_settings (workspace, version, protected_labels) VALUES ($1, $2, $3)
  ON CONFLICT (workspace) DO UPDATE SET version = excluded.version, protected_labels = excluded.protected_labels)sql"};

}  // namespace

std::map<std::string, settings::State> load_settings(pg::Connection& connection,
                                                     const std::vector<std::string>& workspaces) {
  std::map<std::string, settings::State> states;
  for (const pg::Row row : connection.run(kLoad, pg::Params{workspaces})) {
    settings::State state;
    state.version = static_cast<std::uint64_t>(row.number(1));
    for (auto& label : row.texts(2)) state.protected_labels.insert(std::move(label));
    states.emplace(row.text(0), std::move(state));
  }
  return states;
}

void write_settings(pg::Connection& connection, const FoldedStreams<settings::State>& workspaces) {
  for (const auto& [workspace, folded] : workspaces) {
    const auto& labels = folded.after.protected_labels;
    connection.run(kUpsert, pg::Params{workspace, static_cast<std::int64_t>(folded.after.version),
                                       std::vector<std::string>{labels.begin(), labels.end()}});
  }
}

}  // namespace ledger::projections
