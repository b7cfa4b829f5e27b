#include "app/wiring.hpp"

#include <algorithm>

#include "infra/logging/log.hpp"

namespace ledger::app {
namespace {

// The log's framing around a record: batch and record headers, lengths.
constexpr std::size_t kFramingBytes = 8'192;
constexpr int kMaxMessageBytes = 2 * 1024 * 1024;

}  // namespace

kafka::KafkaSettings kafka_settings(const config::Settings& settings, const std::string& role) {
  kafka::KafkaSettings made;
  made.brokers = settings.kafka.brokers;
  made.client_id = "promptledger-" + role;
  made.linger_ms = static_cast<double>(settings.kafka.linger_ms.count());
  made.compression = settings.kafka.compression;
  made.max_message_bytes = kMaxMessageBytes;
  made.request_timeout_ms = static_cast<std::int32_t>(settings.commands.log_timeout_ms.count());
  made.group_heartbeat_ms = static_cast<std::int32_t>(settings.node.group_heartbeat_ms.count());
  made.group_release_ms = static_cast<std::int32_t>(settings.node.group_release_ms.count());
  made.group_leave_ms = static_cast<std::int32_t>(settings.node.group_leave_ms.count());
  made.group_rejoin_ms = static_cast<std::int32_t>(settings.node.group_rejoin_ms.count());
  made.extra = settings.kafka.properties;
  made.on_log = [](int severity, std::string_view line) {
    const auto level = severity <= 2 ? logging::Level::error : severity <= 4 ? logging::Level::warn : logging::Level::info;
    logging::log(level, "kafka client", {{"line", std::string(line)}});
  };
  return made;
}

pg::ConnectionSettings connection_settings(const config::Settings& settings, const std::string& role) {
  pg::ConnectionSettings made;
  made.url = settings.postgres.url;
  made.application_name = "promptledger-" + role;
  made.connect_timeout_ms = settings.postgres.connect_timeout_ms;
  made.statement_timeout_ms = settings.postgres.statement_timeout_ms;
  made.lock_timeout_ms = settings.postgres.lock_timeout_ms;
  made.idle_in_transaction_timeout_ms = settings.postgres.idle_in_transaction_timeout_ms;
  made.tcp_user_timeout_ms = settings.postgres.tcp_user_timeout_ms;
  return made;
}

pg::PoolSettings pool_settings(const config::Settings& settings, const std::string& role) {
  return {connection_settings(settings, role), static_cast<std::size_t>(settings.postgres.pool_size), settings.postgres.pool_wait_ms};
}

FoundationSettings foundation_settings(const config::Settings& settings) {
  FoundationSettings made;
  made.topic_prefix = settings.kafka.topic_prefix;
  made.partitions = settings.kafka.partitions;
  made.replicas = static_cast<std::int16_t>(settings.kafka.replication_factor);
  made.min_insync_replicas = settings.kafka.min_insync_replicas;
  made.max_message_bytes = kMaxMessageBytes;
  made.timeout_ms = settings.commands.log_timeout_ms;
  return made;
}

CommandSideSettings command_side_settings(const config::Settings& settings) {
  CommandSideSettings made;
  made.foundation = foundation_settings(settings);
  // Of the time a client waits, three fifths are for getting it stored, the rest for finding out that it never will be.
  made.command_deadline_ms = settings.commands.deadline_ms * 3 / 5;
  made.answer_grace_ms = settings.commands.deadline_ms - made.command_deadline_ms;
  made.loop.load_timeout_ms = settings.commands.load_timeout_ms;
  made.loop.log_timeout_ms = settings.commands.log_timeout_ms;
  auto& writer = made.loop.writer;
  writer.queue_max = settings.commands.queue_max;
  writer.flights_max = settings.commands.flights_max;
  writer.flights_max_bytes = settings.commands.flights_max_bytes;
  writer.tail_max_bytes = settings.commands.tail_max_bytes;
  writer.doubt_after_ms = settings.commands.doubt_after_ms;
  writer.head_check_every_ms = settings.commands.head_check_every_ms;
  writer.record_max_bytes = static_cast<std::size_t>(kMaxMessageBytes) - kFramingBytes;
  writer.queue_max_bytes = settings.commands.queue_max_bytes;
  writer.cache_max_bytes = settings.commands.cache_max_bytes;
  writer.end_patience_ms = settings.commands.end_patience_ms;
  writer.answer_barrier_every_ms = settings.commands.answer_barrier_every_ms;
  writer.resend_first_ms = settings.commands.resend_first_ms;
  writer.resend_max_ms = settings.commands.resend_max_ms;
  writer.release_patience_ms = settings.node.group_release_ms * 4 / 5;   // within what the group waits
  writer.take_over_patience_ms = settings.commands.take_over_patience_ms;
  writer.take_over_every_ms = settings.commands.take_over_every_ms;
  writer.contention_yield = settings.commands.contention_yield;
  writer.contention_losses = static_cast<std::size_t>(settings.commands.contention_losses);
  writer.contention_window_ms = settings.commands.contention_window_ms;
  writer.contention_yield_ms = settings.commands.contention_yield_ms;
  writer.contention_quiet_ms = settings.commands.contention_quiet_ms;
  made.start_timeout_ms = settings.commands.start_timeout_ms;
  made.guard.every_ms = settings.commands.guard_every_ms;
  made.guard.clock_skew_max_ms = settings.commands.clock_skew_max_ms;
  made.history_poll_ms = settings.commands.history_poll_ms;
  made.sender_least_age_ms = settings.commands.sender_least_age_ms;
  made.group.session_timeout_ms = settings.node.group_session_timeout_ms;
  made.group.members_every_ms = settings.commands.members_every_ms;
  made.group.members_timeout_ms = settings.commands.members_timeout_ms;
  made.group.yield_ms = settings.commands.contention_yield_ms;
  made.group.assume_all = settings.commands.assignment == config::Assignment::all;
  return made;
}

log::GroupSettings member_settings(const config::Settings& settings, const Node& node) {
  return {.group = {}, .topics = {}, .member = node.name, .about = node.peer_address, .session_timeout_ms = settings.node.group_session_timeout_ms};
}

projections::FollowerSettings follower_settings(const config::Settings& settings) {
  return {.log_timeout_ms = settings.commands.log_timeout_ms, .head_check_every_ms = settings.commands.head_check_every_ms};
}

projections::HealSettings heal_settings(const config::Settings& settings) {
  projections::HealSettings made;
  made.follower = follower_settings(settings);
  made.silence_ms = settings.commands.start_timeout_ms;
  return made;
}

projections::RebuildPlace rebuild_place(const config::Settings& settings, log::Log& log) {
  projections::RebuildPlace made{.log = log, .connection = connection_settings(settings, "rebuild"), .topic_prefix = settings.kafka.topic_prefix};
  made.follower = follower_settings(settings);
  return made;
}

projections::RunnerSettings runner_settings(const config::Settings& settings, const Node& node) {
  projections::RunnerSettings made;
  made.connection = connection_settings(settings, "project");
  made.topic_prefix = settings.kafka.topic_prefix;
  made.batch.max_records = settings.projections.batch_max_records;
  made.batch.max_ms = settings.projections.batch_max_ms;
  made.batch.unconcerned_ms = settings.projections.unconcerned_ms;
  made.member = member_settings(settings, node);
  made.backoff_first_ms = settings.projections.backoff_first_ms;
  made.backoff_max_ms = settings.projections.backoff_max_ms;
  made.follower = follower_settings(settings);
  return made;
}

shared_reads::SharedReadsSettings shared_reads_settings(const config::Settings& settings) {
  return {.window_bytes = settings.projections.shared_window_bytes};
}

projections::PublisherSettings publisher_settings(const config::Settings& settings) {
  projections::PublisherSettings made;
  made.delivery_timeout_ms = settings.projections.publish_timeout_ms;
  made.log_timeout_ms = settings.commands.log_timeout_ms;
  return made;
}

NotarySettings notary_settings(const config::Settings& settings) {
  NotarySettings made;
  made.topic_prefix = settings.kafka.topic_prefix;
  made.interval_ms = settings.proof.checkpoint_interval_ms;
  made.records = settings.proof.checkpoint_records;
  made.look_every_ms = std::min<std::chrono::milliseconds>(made.look_every_ms, made.interval_ms);
  made.backoff_ms = settings.projections.backoff_max_ms;
  made.follower = follower_settings(settings);
  return made;
}

http::ServerSettings server_settings(const config::Settings& settings) {
  http::ServerSettings made;
  made.address = settings.http.address;
  made.port = settings.http.port;
  made.max_connections = settings.http.max_connections;
  made.max_event_streams = settings.http.max_event_streams;
  made.max_requests = settings.http.max_requests;
  made.max_body_bytes = settings.http.max_body_bytes;
  made.max_held_bytes = settings.http.max_held_bytes;
  made.keep_alive_ms = settings.http.keep_alive_ms;
  made.stop_grace_ms = settings.http.stop_grace_ms;
  made.receive_timeout_ms = settings.http.receive_timeout_ms;
  made.send_timeout_ms = settings.http.send_timeout_ms;
  made.request_deadline_ms = settings.http.request_deadline_ms;
  return made;
}

http::BatchSettings batch_settings(const config::Settings& settings) {
  http::BatchSettings made;
  made.in_flight_max = settings.http.batch_in_flight_max;
  made.in_flight_max_bytes = settings.http.batch_in_flight_max_bytes;
  made.unread_max_bytes = settings.http.batch_unread_max_bytes;
  made.line_max_bytes = settings.http.max_body_bytes;
  made.reader_patience_ms = settings.http.batch_reader_patience_ms;
  made.line_deadline_ms = settings.http.batch_line_deadline_ms;
  return made;
}

http::ForwardingSettings forwarding_settings(const config::Settings& settings, const std::string& node) {
  http::ForwardingSettings made;
  made.node = node;
  made.peers.connect_timeout_ms = settings.node.forward_connect_timeout_ms;
  made.peers.pause_ms = settings.node.forward_pause_ms;
  made.peers.idle_max_ms = settings.http.keep_alive_ms / 2;   // whoever waits until the other side hangs up may be just too late
  made.answer_timeout_ms = settings.node.forward_answer_timeout_ms;
  // Nodes that forward to each other must leave room for what they are given.
  made.at_a_time_max = std::min<std::size_t>(settings.node.forward_at_a_time_max, static_cast<std::size_t>(std::max(1, settings.http.max_requests / 2)));
  return made;
}

}  // namespace ledger::app
