#include "app/health_sources.hpp"

#include <chrono>
#include <utility>

#include "commands/topics.hpp"

namespace ledger::app {
namespace {

constexpr std::chrono::milliseconds kPatience{1'000};

Result<void, std::string> ask_postgres(pg::Pool& pool) {
  try {
    pool.read(kPatience, [](pg::Connection& connection) { return connection.query("SELECT 1").size(); });
    return {};
  } catch (const pg::Fault& fault) {
    return tl::unexpected<std::string>(fault.what());
  }
}

Result<void, std::string> ask_log(log::Log& log, const log::PartitionId& partition) {
  const auto ends = log.ends(partition, kPatience);
  if (!ends) return tl::unexpected(ends.error().why);
  return {};
}

}  // namespace

Result<sealing::TextSeals::Health, std::string> ask_seals(const sealing::TextSeals& seals) {
  try {
    return seals.health(kPatience);
  } catch (const pg::Fault& fault) {
    return tl::unexpected<std::string>(fault.what());
  }
}

http::HealthSources health_sources(log::Log& log, const std::string& topic_prefix, pg::Pool& pool, ModelStates models) {
  const log::PartitionId any{topic_name(topic_prefix, LogTopic::prompts), 0};
  return {.log = [&log, any] { return ask_log(log, any); }, .postgres = [&pool] { return ask_postgres(pool); }, .projections = std::move(models), .sealing = {}};
}

}  // namespace ledger::app
