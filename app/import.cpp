#include "app/import.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "app/bootstrap.hpp"
#include "app/dump/reader.hpp"
#include "app/dump/restorer.hpp"
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
constexpr std::string_view kHistory = "history";

// What is asked for: `history FILE`, or the file of a dump alone.
struct Source {
  bool is_history = false;
  std::string file;
};

Source source_of(const Invocation& call) {
  const auto &first = call.arguments.text("source"), &second = call.arguments.text("file");
  if (first == kHistory) {
    if (second.empty()) throw std::runtime_error("import history: the file is missing");
    return {true, second};
  }
  if (!second.empty()) throw std::runtime_error("import: the source is \"" + first + "\", but besides the file of a dump there is only history FILE");
  if (!is_dump(first)) throw std::runtime_error(first + " is no dump: its first line does not say so. A history of prompts is imported by `promptledger import history FILE`");
  return {false, first};
}

// How far it got, and whether all of it is in.
struct Imported {
  std::vector<log::Position> reached;
  bool all = false;
};

Imported import_history(const Invocation& call, const std::string& path, CommandSide& commands, const std::string& secret) {
  ImportSettings settings;
  settings.workspace = home_workspace(commands, secret);
  settings.category = call.arguments.text("category");
  settings.key_secret = secret;
  HistoryImporter importer(commands, settings);
  const auto begun = std::chrono::steady_clock::now();
  const auto report = import_file(importer, path, call.signals);
  tell(call.out, report, std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
  return {report.reached, report.failed.empty() && !call.signals.stop_requested()};
}

Imported import_dump(const Invocation& call, const std::string& path, CommandSide& commands, const std::string& secret) {
  RestoreSettings settings;
  settings.key_secret = secret;
  if (const auto& name = call.arguments.text("workspace-name"); !name.empty()) settings.workspace_name = name;
  Restorer restorer(commands, settings);
  const auto report = restore_dump(restorer, path, call.signals);
  for (const auto& refused : report.refused) call.out << refused.stream << ", version " << refused.version << " refused: " << refused.why << '\n';
  call.out << report.restored << " events restored, " << report.known << " known from an earlier import, " << report.refused.size() << " streams refused";
  if (report.skipped > 0) call.out << ", " << report.skipped << " events behind what was refused not tried";
  call.out << (report.complete ? "\n" : "; told to stop: import again, it goes on from here\n");
  return {report.reached, report.complete && report.refused.empty()};
}

ExitStatus run(const Invocation& call) {
  const Source source = source_of(call);
  const Node node = passing_node("import");
  WriteStack stack(call.settings, "import", node);
  prepare_servers(call.settings, stack.log());
  // The read models must follow while we write, whether a server runs beside us or not.
  Projecting projecting(call.settings, node, stack.reads());
  stack.start();

  const auto secret = stack.pool().read([](pg::Connection& connection) { return pg::secret(connection, "idempotency"); });
  const auto imported = (source.is_history ? import_history : import_dump)(call, source.file, stack.commands(), secret);
  stack.stop();

  projections::ModelPositions catalog(stack.pool(), "prompt_catalog");
  const bool visible = catalog.wait_until(imported.reached, std::chrono::steady_clock::now() + kVisibleWithin).empty();
  if (!visible) logging::warn("everything is stored, but the read models have not caught up yet");
  projecting.stop();
  return imported.all ? ExitStatus::done : ExitStatus::failed;
}

}  // namespace

Subcommand import() {
  using config::Section;
  return {.name = "import",
          .summary = "Restore a dump that `export` made, or bring a history of prompts in, with its own times and people; repeatable",
          .settings = {Section::kafka, Section::postgres, Section::node, Section::commands, Section::projections, Section::log},
          .arguments = {{.kind = Argument::Kind::positional, .name = "source", .value_name = "SOURCE", .help = "the file of a dump; or the word history, and a file behind it"},
                        {.kind = Argument::Kind::positional,
                         .name = "file",
                         .value_name = "FILE",
                         .help = "of history: one change of a prompt a line, as NDJSON (op, act, prompt, type, for_devs, at, by, revision)",
                         .usual = ""},
                        {.name = "category", .value_name = "NAME", .help = "of history: category of the imported prompts", .usual = "imported"},
                        {.name = "workspace-name", .value_name = "NAME", .help = "of a dump: what its workspace is called here, if it has to be made; else as it was", .usual = ""}},
          .run = run};
}

}  // namespace ledger::app
