#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/node.hpp"
#include "app/projections.hpp"
#include "infra/config/settings.hpp"
#include "infra/kafka/kafka_groups.hpp"
#include "infra/metrics/registry.hpp"
#include "projections/runner.hpp"

namespace ledger::app {

// The part of a process that keeps read models up: a runner for each projection, which shares its partitions with those of other processes.
class Projecting {
 public:
  // Of the projections named, or of all. Throws with a sentence for the operator when there is none of a name. The log must outlive it; each projection
  // reads it by itself unless it is one whose readers share.
  Projecting(const config::Settings& settings, const Node& node, log::Log& log, const std::vector<std::string>& only = {});

  std::vector<projections::RunnerStatus> status() const;
  // For a source of the registry.
  void tell(metrics::Scrape& scrape) const;
  // Ends the batches at hand and leaves the groups.
  void stop();

 private:
  Projections projections_;
  kafka::KafkaGroups groups_;
  std::vector<std::unique_ptr<projections::Runner>> runners_;
};

}  // namespace ledger::app
