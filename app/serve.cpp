#include "app/serve.hpp"

#include "app/models_elsewhere.hpp"
#include "app/serving.hpp"
#include "app/stages.hpp"
#include "app/version.hpp"
#include "infra/metrics/process.hpp"

namespace ledger::app {
namespace {

ExitStatus run(const Invocation& call) {
  const auto started = std::chrono::steady_clock::now();
  metrics::Registry registry;
  Serving serving(call.settings, "serve", registry);
  ModelsElsewhere models(serving.stack().pool(), serving.stack().commands());

  // From here on: started in this order, stopped in the opposite one.
  Stages stages;
  serving.prepare(stages);
  serving.start(stages, [&] { return models.status(); }, call.signals.token());

  const auto subscription = registry.subscribe([&](metrics::Scrape& scrape) {
    metrics::tell_process(scrape, kVersion, started);
    serving.tell(scrape);
  });
  serving.tell_ready();
  call.signals.wait();
  return ExitStatus::done;
}

}  // namespace

Subcommand serve() {
  using config::Section;
  return {.name = "serve",
          .summary = "Serve without projecting, one of several nodes: the command side and HTTP",
          .settings = {Section::kafka, Section::postgres, Section::node, Section::http, Section::commands, Section::sealing, Section::proof, Section::log},
          .arguments = {},
          .run = run};
}

}  // namespace ledger::app
