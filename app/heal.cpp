#include "app/heal.hpp"

#include <array>
#include <ostream>
#include <stdexcept>

#include "app/heal_report.hpp"
#include "app/wiring.hpp"
#include "commands/topics.hpp"
#include "infra/kafka/kafka_log.hpp"
#include "infra/logging/log.hpp"
#include "projections/heal/heal.hpp"
#include "projections/history/history.hpp"
#include "projections/model.hpp"
#include "projections/rebuild.hpp"
#include "projections/registry.hpp"

namespace ledger::app {
namespace {

constexpr long kAllPartitions = -1;

std::vector<log::PartitionId> chosen(const Invocation& call, log::Log& log) {
  const auto& topic = call.arguments.text("topic");
  const long number = call.arguments.number("partition");
  std::vector<log::PartitionId> found;
  for (const auto& partition : projections::partitions_of(log, projections::HistoryProjection{}, call.settings.kafka.topic_prefix, call.settings.commands.log_timeout_ms)) {
    const bool wanted = topic == "all" || partition.topic.ends_with(".log." + topic);
    if (wanted && (number == kAllPartitions || partition.number == number)) found.push_back(partition);
  }
  if (found.empty()) throw std::runtime_error("there is no partition " + std::to_string(number) + " of " + (topic == "all" ? "any topic" : topic));
  return found;
}

void check_history(pg::Connection& connection) {
  const projections::HistoryProjection history;
  const auto version = projections::model_version(connection, std::string(history.name()));
  if (!version) throw std::runtime_error("there is no history to put anything back from");
  if (version != history.version()) throw std::runtime_error("the history was made by another version of the program: run that one");
}

ExitStatus status_of(const projections::Survey& survey) {
  using projections::Condition;
  switch (survey.condition()) {
    case Condition::unreadable: return ExitStatus::failed;
    case Condition::forked: return ExitStatus::forked;
    case Condition::cut:
    case Condition::astray: return survey.known_lost_to() ? ExitStatus::lost : ExitStatus::healable;
    case Condition::whole: return survey.known_lost_to() ? ExitStatus::lost : ExitStatus::done;
  }
  return ExitStatus::failed;
}

// The one that an operator has to know of first.
ExitStatus worse(ExitStatus a, ExitStatus b) {
  constexpr std::array kWorstFirst{ExitStatus::failed, ExitStatus::forked, ExitStatus::lost, ExitStatus::healable};
  for (const auto each : kWorstFirst) {
    if (a == each || b == each) return each;
  }
  return ExitStatus::done;
}

ExitStatus run(const Invocation& call) {
  auto sender = kafka_settings(call.settings, "heal");
  sender.gapless = true;   // behind a record that is lost on its way none is stored
  kafka::KafkaLog log(sender);
  pg::Connection connection(connection_settings(call.settings, "heal"));
  check_history(connection);
  projections::HealPlace place{.log = log, .connection = connection, .models = projections::projection_names(), .settings = heal_settings(call.settings), .stop = call.signals.token()};
  place.on_put_back = [](std::uint64_t records) { logging::info("putting back", {{"records", records}}); };

  const bool apply = call.arguments.flag("apply");
  auto status = ExitStatus::done;
  std::uint64_t put_back = 0;
  for (const auto& partition : chosen(call, log)) {
    if (apply) {
      const auto healing = projections::heal(place, partition);
      tell_healing(call.out, healing);
      put_back += healing.put_back;
      status = worse(status, status_of(healing.after));
    } else {
      const auto found = projections::survey(place, partition);
      tell_survey(call.out, found);
      status = worse(status, status_of(found));
    }
  }
  if (!apply && status == ExitStatus::healable) call.out << "`promptledger heal --apply` puts this right. Nothing was changed\n";
  if (put_back > 0) call.out << "Start the processes again. The published topics may have been cut, too: `promptledger rebuild published` fills them\n";
  return status;
}

}  // namespace

Subcommand heal() {
  using config::Section;
  return {.name = "heal",
          .summary = "Compare the log with the history, and put back what was cut away; 3: there is something to put right, 4: forked, 5: something is lost",
          .settings = {Section::kafka, Section::postgres, Section::commands, Section::log},
          .arguments = {{.name = "topic", .value_name = "TOPIC", .help = "of the log's topics, only this one", .usual = "all", .choices = {"all", "prompts", "executions", "feedback"}},
                        {.name = "partition", .value_name = "N", .help = "only the one of this number; -1 is all", .usual = "-1", .range = Argument::Range{kAllPartitions, 1'023}},
                        {.kind = Argument::Kind::flag, .name = "apply", .help = "put right what can be; without it nothing is changed"}},
          .run = run};
}

}  // namespace ledger::app
