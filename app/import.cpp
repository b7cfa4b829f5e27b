#include "app/import.hpp"

#include <chrono>
#include <string>

#include "app/bootstrap.hpp"
#include "app/history_import/file.hpp"
#include "app/projecting.hpp"
#include "app/stack.hpp"
#include "app/wiring.hpp"
#include "infra/logging/log.hpp"
#include "infra/postgres/migrations.hpp"
#include "projections/positions.hpp"

namespace ledger::app {
namespace {

constexpr std::chrono::seconds kVisibleWithin{60};

ExitStatus run(const Invocation& call) {
  const std::string path = call.arguments.text("file");
  const Node node = passing_node("import");
  WriteStack stack(call.settings, "import", node);
  prepare_servers(call.settings, stack.log());
  // The read models must follow while we write, whether a server runs beside us or not.
  Projecting projecting(call.settings, node, stack.log());
  stack.start();

  const auto secret = stack.pool().read([](pg::Connection& connection) { return pg::secret(connection, "idempotency"); });
  ImportSettings settings;
  settings.workspace = home_workspace(stack.commands(), secret);
  settings.category = call.arguments.text("category");
  settings.key_secret = secret;
  HistoryImporter importer(stack.commands(), settings);

  const auto begun = std::chrono::steady_clock::now();
  const auto report = import_file(importer, path, call.signals);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  tell(call.out, report, seconds);
  stack.stop();

  projections::ModelPositions catalog(stack.pool(), "prompt_catalog");
  const bool visible = catalog.wait_until(report.reached, std::chrono::steady_clock::now() + kVisibleWithin).empty();
  if (!visible) logging::warn("everything is stored, but the read models have not caught up yet");
  projecting.stop();
  return report.failed.empty() && !call.signals.stop_requested() ? ExitStatus::done : ExitStatus::failed;
}

}  // namespace

Subcommand import() {
  using config::Section;
  return {.name = "import",
          .summary = "Bring a history of prompts in, with its own times and people; repeatable",
          .settings = {Section::kafka, Section::postgres, Section::node, Section::commands, Section::projections, Section::log},
          .arguments = {{.kind = Argument::Kind::positional,
                         .name = "source",
                         .value_name = "SOURCE",
                         .help = "history: one change of a prompt a line, as NDJSON (op, act, prompt, type, for_devs, at, by, revision)",
                         .choices = {"history"}},
                        {.kind = Argument::Kind::positional, .name = "file", .value_name = "FILE", .help = "the file to read"},
                        {.name = "category", .value_name = "NAME", .help = "category of the imported prompts", .usual = "imported"}},
          .run = run};
}

}  // namespace ledger::app
