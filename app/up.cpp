#include "app/up.hpp"

#include <optional>

#include "app/projecting.hpp"
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
  std::optional<Projecting> projecting;

  // From here on: started in this order, stopped in the opposite one.
  Stages stages;
  serving.prepare(stages);
  stages.start("projections", [&] { projecting.emplace(call.settings, serving.node(), serving.stack().reads()); }, [&] { projecting->stop(); });
  serving.start(stages, [&] { return projecting->status(); }, call.signals.token());

  const auto subscription = registry.subscribe([&](metrics::Scrape& scrape) {
    metrics::tell_process(scrape, kVersion, started);
    serving.tell(scrape);
    projecting->tell(scrape);
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
          .settings = {Section::kafka, Section::postgres, Section::node, Section::http, Section::commands, Section::projections, Section::sealing, Section::proof, Section::log},
          .arguments = {},
          .run = run};
}

}  // namespace ledger::app
