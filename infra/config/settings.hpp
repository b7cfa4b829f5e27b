#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

// Every setting of the product, with its default. A member's unit stands in its name; infra/config/table.cpp gives each its flag, its
// environment variable, its key in the configuration file, its range and its line in --help. Plain values: units below app/ do not see
// these types, app/ hands them what they need.
namespace ledger::config {

using std::chrono::milliseconds;

inline constexpr std::size_t kMiB = std::size_t{1024} * 1024;

struct KafkaSettings {
  std::string brokers = "127.0.0.1:9092";
  std::string topic_prefix = "promptledger";      // <prefix>.log.prompts, <prefix>.prompts, …
  int partitions = 8;                             // of each log topic; fixed for life by its genesis records
  int replication_factor = 1;
  int min_insync_replicas = 1;
  milliseconds linger_ms{0};
  std::string compression = "lz4";
  std::vector<std::pair<std::string, std::string>> properties;   // given to librdkafka as they are: TLS, SASL
};

struct PostgresSettings {
  std::string url = "postgresql://127.0.0.1:5432/promptledger";
  int pool_size = 16;
  milliseconds pool_wait_ms{2'000};
  milliseconds connect_timeout_ms{5'000};
  milliseconds statement_timeout_ms{30'000};
  milliseconds lock_timeout_ms{5'000};
  milliseconds idle_in_transaction_timeout_ms{60'000};
  milliseconds tcp_user_timeout_ms{15'000};
};

struct NodeSettings {
  std::string name;                               // empty: <hostname>-<HTTP's port>
  std::string peer_address;                       // where other nodes reach our HTTP, host:port; empty: HTTP's address and port
  milliseconds forward_connect_timeout_ms{1'000};
  milliseconds forward_answer_timeout_ms{5'000};
  milliseconds forward_pause_ms{1'000};           // so long a node that failed is left alone
  std::size_t forward_at_a_time_max = 256;        // requests under way to other nodes; never more than half of http.max_requests
  // Its place in the groups that share partitions.
  milliseconds group_session_timeout_ms{10'000};
  milliseconds group_heartbeat_ms{300};
  milliseconds group_release_ms{5'000};
  milliseconds group_leave_ms{2'000};
  milliseconds group_rejoin_ms{10'000};
};

struct HttpSettings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 5110;
  int max_connections = 1'024;
  int max_event_streams = 256;
  int max_requests = 512;
  milliseconds keep_alive_ms{10'000};
  milliseconds stop_grace_ms{500};
  milliseconds receive_timeout_ms{15'000};
  milliseconds send_timeout_ms{10'000};
  milliseconds request_deadline_ms{30'000};
  milliseconds heartbeat_ms{10'000};
  milliseconds min_position_wait_ms{10'000};
  milliseconds keys_wait_ms{10'000};              // at the start
  std::size_t max_body_bytes = 4 * kMiB;
  std::size_t max_held_bytes = 256 * kMiB;
  // Of one batch of lines; see http/app.hpp.
  std::size_t batch_in_flight_max = 4'096;
  std::size_t batch_in_flight_max_bytes = 8 * kMiB;
  std::size_t batch_unread_max_bytes = 8 * kMiB;
  milliseconds batch_reader_patience_ms{2'000};
  milliseconds batch_line_deadline_ms{60'000};
};

enum class Assignment : std::uint8_t { group, all };   // whose a partition is: as the group of writers says, or always ours

struct CommandSettings {
  milliseconds deadline_ms{10'000};               // from taking a command to its answer
  milliseconds doubt_after_ms{2'000};             // age of a flight from which its fate is in doubt
  milliseconds head_check_every_ms{30'000};
  milliseconds load_timeout_ms{5'000};
  milliseconds log_timeout_ms{10'000};            // of one question to the log: ends, one record, facts of a topic
  std::size_t flights_max = 2'048;                // these four bound one partition
  std::size_t flights_max_bytes = 32 * kMiB;
  std::size_t queue_max = 8'192;
  std::size_t tail_max_bytes = 32 * kMiB;
  std::size_t queue_max_bytes = 64 * kMiB;        // these two as well
  std::size_t cache_max_bytes = 4 * kMiB;
  milliseconds start_timeout_ms{60'000};
  milliseconds clock_skew_max_ms{2'000};
  milliseconds guard_every_ms{60'000};
  milliseconds history_poll_ms{200};
  // Waits of the protocol.
  milliseconds end_patience_ms{1'000};
  milliseconds answer_barrier_every_ms{5};
  milliseconds resend_first_ms{200};
  milliseconds resend_max_ms{2'000};
  milliseconds sender_least_age_ms{1'000};
  // Several processes.
  Assignment assignment = Assignment::group;
  milliseconds members_every_ms{1'000};
  milliseconds members_timeout_ms{2'000};
  milliseconds take_over_patience_ms{300};
  milliseconds take_over_every_ms{20};
  bool contention_yield = true;
  int contention_losses = 3;
  milliseconds contention_window_ms{100};
  milliseconds contention_yield_ms{1'000};
  milliseconds contention_quiet_ms{200};
};

struct ProjectionSettings {
  std::size_t batch_max_records = 2'000;
  milliseconds batch_max_ms{20};
  milliseconds unconcerned_ms{50};                // a batch that has nothing of a projection's kinds waits so long for what has
  std::size_t shared_window_bytes = std::size_t{4} << 20;   // of each partition
  milliseconds publish_timeout_ms{10'000};        // for a batch of events to be stored in the published topics
  milliseconds backoff_first_ms{50};              // after a failure; doubled with each that follows
  milliseconds backoff_max_ms{5'000};
};

struct SealingSettings {
  std::string master_key_file;                    // empty: no personal text can be sealed or opened
};

struct ProofSettings {
  std::string checkpoint_key_file;                // empty: the log is not watched here, and no checkpoints are signed
  milliseconds checkpoint_interval_ms{60'000};
  std::size_t checkpoint_records = 10'000;
};

enum class LogLevel : std::uint8_t { debug, info, warn, error };
enum class LogFormat : std::uint8_t { text, json };

struct LogSettings {
  LogLevel level = LogLevel::info;
  LogFormat format = LogFormat::text;
};

struct Settings {
  KafkaSettings kafka;
  PostgresSettings postgres;
  NodeSettings node;
  HttpSettings http;
  CommandSettings commands;
  ProjectionSettings projections;
  SealingSettings sealing;
  ProofSettings proof;
  LogSettings log;
  std::string first_key_file;                     // empty: the first admin key is printed to stderr, once
};

}  // namespace ledger::config
