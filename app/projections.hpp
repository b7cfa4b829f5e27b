#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "infra/config/settings.hpp"
#include "infra/kafka/kafka_log.hpp"
#include "projections/published/published.hpp"

namespace ledger::app {

// Every projection that a process can run: the read models, and the published topics with the log that they are written by, which is
// nobody else's to append to.
class Projections {
 public:
  // `role` names the process to the servers.
  Projections(const config::Settings& settings, const std::string& role);

  const std::vector<const projections::Projection*>& all() const { return all_; }
  // Throws with a sentence that names all there are.
  const projections::Projection& named(std::string_view name) const;

 private:
  kafka::KafkaLog published_topics_;
  projections::Publisher publisher_;
  projections::PublishedProjection published_;
  std::vector<const projections::Projection*> all_;
};

}  // namespace ledger::app
