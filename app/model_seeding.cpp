#include "app/model_seeding.hpp"

#include <optional>
#include <string>
#include <vector>

#include "commands/model/seeding.hpp"
#include "infra/logging/log.hpp"
#include "infra/postgres/fault.hpp"
#include "projections/access/queries.hpp"
#include "projections/definitions/queries.hpp"

namespace ledger::app {
namespace {

using Until = std::chrono::steady_clock::time_point;

constexpr int kPage = 500;

// Where the read model does not show a price list the log is asked: it may be behind, or still being built.
std::vector<model::SeedModel> missing(const http::App& app, const std::string& workspace) {
  auto seeds = model::seeds();
  std::vector<std::string> names;
  for (const auto& seed : seeds) names.push_back(seed.model.name);
  try {
    const auto known = app.definitions->prices(workspace, names);
    std::erase_if(seeds, [&](const model::SeedModel& seed) { return known.contains(seed.model.name); });
  } catch (const pg::Fault&) {
  }
  return seeds;
}

bool seed_all(const http::App& app, Until until) {
  bool all = true;
  std::optional<projections::AccessMark> mark;
  for (;;) {
    const auto page = app.access->workspaces(mark, kPage);
    for (const auto& workspace : page) all = model::seed(*app.commands, workspace.id, missing(app, workspace.id), until) && all;
    if (page.size() < kPage) return all;
    mark = projections::AccessMark{page.back().state.created_at, page.back().id};
  }
}

}  // namespace

void seed_models(const http::App& app, std::chrono::milliseconds at_most) {
  std::string why = "the log did not answer in time";
  try {
    if (seed_all(app, std::chrono::steady_clock::now() + at_most)) return;
  } catch (const pg::Fault& fault) {
    why = fault.what();
  }
  logging::warn("workspaces may lack the models that they begin with, until the next start", {{"why", why}});
}

}  // namespace ledger::app
