#include "app/rebuild.hpp"

#include <iomanip>
#include <iostream>
#include <stdexcept>

#include "app/stack.hpp"
#include "app/wiring.hpp"
#include "infra/logging/log.hpp"
#include "projections/rebuild.hpp"
#include "projections/registry.hpp"

namespace ledger::app {
namespace {

const projections::Projection& find(const std::string& name) {
  if (const auto* found = projections::find(name)) return *found;
  std::string known;
  for (const auto* projection : projections::all()) {
    known += (known.empty() ? "" : ", ") + std::string(projection->name());
  }
  throw std::runtime_error("there is no read model " + name + "; there are: " + known);
}

ExitStatus run(const Invocation& call) {
  const auto& projection = find(call.arguments.text("name"));
  kafka::KafkaLog log(kafka_settings(call.settings, "rebuild"));
  projections::RebuildPlace place{.log = log, .connection = connection_settings(call.settings, "rebuild"), .topic_prefix = call.settings.kafka.topic_prefix};
  place.follower = runner_settings(call.settings).follower;
  place.stop = call.signals.token();
  place.on_progress = [](const projections::Progress& progress) {
    logging::info("rebuilding", {{"records", progress.records}, {"per_second", static_cast<std::int64_t>(static_cast<double>(progress.records) / progress.seconds)}});
  };
  const auto report = projections::rebuild(place, projection, call.arguments.flag("force"));
  call.out << std::fixed << std::setprecision(2) << projection.name() << ": " << report.records << " records in " << report.seconds << " s ("
           << std::setprecision(0) << static_cast<double>(report.records) / report.seconds << "/s, building alone "
           << static_cast<double>(report.records) / report.build_seconds << "/s); "
           << (report.compared ? "every table is identical to the one it replaces" : "there was no model of this version to compare with") << '\n';
  for (const auto& table : report.tables) call.out << "  " << table.table << ": " << table.rows << " rows, digest " << table.digest << '\n';
  return ExitStatus::done;
}

}  // namespace

Subcommand rebuild() {
  using config::Section;
  return {.name = "rebuild",
          .summary = "Build a read model anew beside the one in use, compare, and swap",
          .settings = {Section::kafka, Section::postgres, Section::commands, Section::log},
          .arguments = {{.kind = Argument::Kind::positional, .name = "name", .value_name = "NAME", .help = "history, prompt_catalog or access"},
                        {.kind = Argument::Kind::flag, .name = "force", .help = "swap even when the new model differs from the old one"}},
          .run = run};
}

}  // namespace ledger::app
