#pragma once

#include <string>

#include "app/node.hpp"
#include "app/proof/notary.hpp"
#include "commands/command_side.hpp"
#include "http/app.hpp"
#include "http/nodes/forwarding.hpp"
#include "http/server/server.hpp"
#include "infra/config/settings.hpp"
#include "infra/kafka/settings.hpp"
#include "infra/postgres/pool.hpp"
#include "infra/shared_reads/shared_reads.hpp"
#include "log/groups.hpp"
#include "projections/heal/survey.hpp"
#include "projections/published/publisher.hpp"
#include "projections/runner.hpp"

// What each part is told of the settings: the one place where the names of both sides meet.
namespace ledger::app {

kafka::KafkaSettings kafka_settings(const config::Settings& settings, const std::string& role);
pg::ConnectionSettings connection_settings(const config::Settings& settings, const std::string& role);
pg::PoolSettings pool_settings(const config::Settings& settings, const std::string& role);
FoundationSettings foundation_settings(const config::Settings& settings);
CommandSideSettings command_side_settings(const config::Settings& settings);
shared_reads::SharedReadsSettings shared_reads_settings(const config::Settings& settings);
projections::PublisherSettings publisher_settings(const config::Settings& settings);
projections::FollowerSettings follower_settings(const config::Settings& settings);
projections::HealSettings heal_settings(const config::Settings& settings);
projections::RebuildPlace rebuild_place(const config::Settings& settings, log::Log& log);
projections::RunnerSettings runner_settings(const config::Settings& settings, const Node& node);
log::GroupSettings member_settings(const config::Settings& settings, const Node& node);   // all but the group and its topics
// All but whose ledger it is.
NotarySettings notary_settings(const config::Settings& settings);
http::ServerSettings server_settings(const config::Settings& settings);
http::BatchSettings batch_settings(const config::Settings& settings);
http::ForwardingSettings forwarding_settings(const config::Settings& settings, const std::string& node);

}  // namespace ledger::app
