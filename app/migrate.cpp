#include "app/migrate.hpp"

#include <ostream>

#include "app/stack.hpp"
#include "app/wiring.hpp"

namespace ledger::app {
namespace {

ExitStatus run(const Invocation& call) {
  kafka::KafkaLog log(kafka_settings(call.settings, "migrate"));
  prepare_servers(call.settings, log);
  call.out << "topics, schema and read models are there\n";
  return ExitStatus::done;
}

}  // namespace

Subcommand migrate() {
  using config::Section;
  return {.name = "migrate",
          .summary = "Make topics, schema and read models where they are missing",
          .settings = {Section::kafka, Section::postgres, Section::commands, Section::log},
          .arguments = {},
          .run = run};
}

}  // namespace ledger::app
