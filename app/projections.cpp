#include "app/projections.hpp"

#include <algorithm>
#include <stdexcept>

#include "app/wiring.hpp"
#include "projections/registry.hpp"

namespace ledger::app {
namespace {

kafka::KafkaSettings gapless(kafka::KafkaSettings settings) {
  settings.gapless = true;
  return settings;
}

}  // namespace

Projections::Projections(const config::Settings& settings, const std::string& role)
    : published_topics_(gapless(kafka_settings(settings, role + "-published"))),
      publisher_(published_topics_, publisher_settings(settings)),
      published_(publisher_) {
  const auto read_models = projections::all();
  all_.assign(read_models.begin(), read_models.end());
  all_.push_back(&published_);
}

const projections::Projection& Projections::named(std::string_view name) const {
  const auto found = std::ranges::find(all_, name, &projections::Projection::name);
  if (found != all_.end()) return **found;
  std::string known;
  for (const auto* projection : all_) known += (known.empty() ? "" : ", ") + std::string(projection->name());
  throw std::runtime_error("there is no projection " + std::string(name) + "; there are: " + known);
}

}  // namespace ledger::app
