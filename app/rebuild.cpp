#include "app/rebuild.hpp"

#include <iomanip>
#include <iostream>
#include <string_view>

#include "app/projections.hpp"
#include "app/wiring.hpp"
#include "infra/kafka/kafka_log.hpp"
#include "infra/logging/log.hpp"
#include "projections/rebuild.hpp"
#include "projections/registry.hpp"

namespace ledger::app {
namespace {

std::string_view what_became_of_it(const projections::Projection& projection, const projections::RebuildReport& report) {
  if (projection.renewal() == projections::Renewal::in_place) return "what it had written before is written again behind it";
  return report.compared ? "every table is identical to the one it replaces" : "there was no model of this version to compare with";
}

ExitStatus run(const Invocation& call) {
  const Projections projections(call.settings, "rebuild");
  const auto& projection = projections.named(call.arguments.text("name"));
  kafka::KafkaLog log(kafka_settings(call.settings, "rebuild"));
  auto place = rebuild_place(call.settings, log);
  place.stop = call.signals.token();
  place.on_progress = [](const projections::Progress& progress) {
    logging::info("rebuilding", {{"records", progress.records}, {"per_second", static_cast<std::int64_t>(static_cast<double>(progress.records) / progress.seconds)}});
  };
  const auto report = projections::rebuild(place, projection, call.arguments.flag("force"));
  call.out << std::fixed << std::setprecision(2) << projection.name() << ": " << report.records << " records in " << report.seconds << " s ("
           << std::setprecision(0) << static_cast<double>(report.records) / report.seconds << "/s, building alone "
           << static_cast<double>(report.records) / report.build_seconds << "/s); " << what_became_of_it(projection, report) << '\n';
  for (const auto& table : report.tables) call.out << "  " << table.table << ": " << table.rows << " rows, digest " << table.digest << '\n';
  return ExitStatus::done;
}

std::string names() {
  std::string all;
  for (const auto* model : projections::all()) all += std::string(model->name()) + ", ";
  return all + "or published";
}

}  // namespace

Subcommand rebuild() {
  using config::Section;
  return {.name = "rebuild",
          .summary = "Build a read model anew beside the one in use, compare, and swap; or publish all events again",
          .settings = {Section::kafka, Section::postgres, Section::commands, Section::log},
          .arguments = {{.kind = Argument::Kind::positional, .name = "name", .value_name = "NAME", .help = names()},
                        {.kind = Argument::Kind::flag, .name = "force", .help = "swap even when the new model differs from the old one"}},
          .run = run};
}

}  // namespace ledger::app
