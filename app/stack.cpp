#include "app/stack.hpp"

#include <stdexcept>

#include "app/wiring.hpp"
#include "commands/topics.hpp"
#include "infra/config/redact.hpp"
#include "infra/crypto/uuid.hpp"
#include "infra/logging/log.hpp"
#include "infra/postgres/migrations.hpp"
#include "projections/published/topics.hpp"
#include "projections/rebuild.hpp"
#include "projections/registry.hpp"

namespace ledger::app {

namespace {

void create_all_topics(const config::Settings& settings, log::Log& log) {
  const auto foundation = foundation_settings(settings);
  if (const auto created = create_topics(log, foundation); !created) throw std::runtime_error(created.error());
  std::vector<std::string> log_topics;
  for (const auto topic : kLogTopics) log_topics.push_back(topic_name(foundation.topic_prefix, topic));
  const log::NewTopic like{.name = {}, .replicas = foundation.replicas, .min_insync_replicas = foundation.min_insync_replicas, .max_message_bytes = foundation.max_message_bytes};
  if (const auto created = projections::create_published_topics(log, log_topics, like, foundation.timeout_ms); !created) throw std::runtime_error(created.error());
}

}  // namespace

void prepare_servers(const config::Settings& settings, log::Log& log) {
  create_all_topics(settings, log);
  pg::Connection connection(connection_settings(settings, "migrate"));
  const auto migrated = pg::migrate(connection);
  for (const auto& file : migrated.applied) logging::info("migration applied", {{"file", file}});
  for (const auto* projection : projections::all()) {
    projections::make_short_model(connection, log, *projection, settings.kafka.topic_prefix, settings.commands.log_timeout_ms);
  }
}

WriteStack::WriteStack(const config::Settings& settings, const std::string& role, const Node& node)
    : settings_(settings),
      log_(std::make_unique<kafka::KafkaLog>(kafka_settings(settings, role))),
      reads_(std::make_unique<shared_reads::SharedReads>(*log_, shared_reads_settings(settings))),
      groups_(std::make_unique<kafka::KafkaGroups>(kafka_settings(settings, role))),
      pool_(std::make_unique<pg::Pool>(pool_settings(settings, role))),
      history_(std::make_unique<projections::HistoryStore>(*pool_)),
      commands_(std::make_unique<CommandSide>(command_side_settings(settings), *log_, *history_, node.writer, [] { return crypto::new_uuid(); },
                                              [](const log::PartitionId& partition, const std::string& why) {
                                                logging::error("partition halted: nothing more is written to it or answered from it",
                                                               {{"topic", partition.topic}, {"partition", partition.number}, {"why", why}});
                                              })) {
  commands_->observe_guard({.changed =
                                [](const std::string& what, const std::optional<std::string>& why) {
                                  if (why) logging::error("not fit for the ledger any more", {{"what", what}, {"why", *why}});
                                  else logging::info("fit for the ledger again", {{"what", what}});
                                },
                            .foreign =
                                [](const log::PartitionId& partition, std::uint64_t records, log::Offset last) {
                                  logging::warn("records that no ledger has written are void: find out who can write to the log's topics, which only the ledger may",
                                                {{"topic", partition.topic}, {"partition", partition.number}, {"records", records}, {"last_offset", last}});
                                }});
}

WriteStack::~WriteStack() = default;

void WriteStack::start(const std::stop_token& stop) {
  const auto started = commands_->start(stop);
  if (started) return;
  if (stop.stop_requested()) throw ToldToStop(started.error());
  throw std::runtime_error(started.error());
}

void WriteStack::join(const Node& node) { commands_->join(*groups_, {node.name, node.peer_address}); }

void WriteStack::leave() { commands_->leave(); }

void WriteStack::stop() { commands_->stop(settings_.commands.deadline_ms); }

}  // namespace ledger::app
