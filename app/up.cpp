#include "app/up.hpp"

#include <optional>

#include "app/serving.hpp"
#include "app/stages.hpp"
#include "app/version.hpp"
#include "infra/metrics/process.hpp"

namespace ledger::app {
namespace {

ExitStatus run(const Invocation& call) {
  const auto started = std::chrono::steady_clock::now();
  metrics::Registry registry;
  Serving serving(call.settings, "up", registry);
  std::optional<ProjectStack> project;

  // From here on: started in this order, stopped in the opposite one.
  Stages stages;
  serving.prepare(stages);
  stages.start("projections", [&] { project.emplace(call.settings, serving.stack().log()); }, [&] { project->stop(); });
  serving.start(stages, [&] { return project->status(); }, call.signals.token());

  const auto subscription = registry.subscribe([&](metrics::Scrape& scrape) {
    metrics::tell_process(scrape, kVersion, started);
    serving.tell(scrape);
    for (const auto& status : project->status()) tell_projection(scrape, status);
  });
  serving.tell_ready();
  call.signals.wait();
  return ExitStatus::done;
}

}  // namespace

Subcommand up() {
  using config::Section;
  return {.name = "up",
          .summary = "Serve and project in one process: the command side, the projections and HTTP",
          .settings = {Section::kafka, Section::postgres, Section::node, Section::http, Section::commands, Section::projections, Section::log},
          .arguments = {},
          .run = run};
}

}  // namespace ledger::app
