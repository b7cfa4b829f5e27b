#include "app/projecting.hpp"

#include "app/telemetry.hpp"
#include "app/wiring.hpp"
#include "infra/logging/log.hpp"

namespace ledger::app {
namespace {

std::vector<const projections::Projection*> chosen(const Projections& projections, const std::vector<std::string>& only) {
  if (only.empty()) return projections.all();
  std::vector<const projections::Projection*> found;
  for (const auto& name : only) found.push_back(&projections.named(name));
  return found;
}

void alarm(const std::string& projection, projections::Severity severity, const std::string& what) {
  const auto level = severity == projections::Severity::error ? logging::Level::error : logging::Level::warn;
  logging::log(level, "projection", {{"projection", projection}, {"what", what}});
}

}  // namespace

Projecting::Projecting(const config::Settings& settings, const Node& node, log::Log& log, const std::vector<std::string>& only)
    : projections_(settings, "project"), groups_(kafka_settings(settings, "project")) {
  for (const auto* projection : chosen(projections_, only)) {
    runners_.push_back(std::make_unique<projections::Runner>(log, groups_, *projection, runner_settings(settings, node), alarm));
  }
}

std::vector<projections::RunnerStatus> Projecting::status() const {
  std::vector<projections::RunnerStatus> all;
  for (const auto& runner : runners_) all.push_back(runner->status());
  return all;
}

void Projecting::tell(metrics::Scrape& scrape) const {
  for (const auto& each : status()) tell_projection(scrape, each);
}

void Projecting::stop() {
  for (const auto& runner : runners_) runner->ask_to_stop();
  for (const auto& runner : runners_) runner->stop();
}

}  // namespace ledger::app
