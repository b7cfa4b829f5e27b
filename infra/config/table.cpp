#include "infra/config/table.hpp"

#include <algorithm>

#include "infra/config/rows.hpp"

namespace ledger::config {
namespace {

std::string spelled(std::string_view name, char separator, int (*change)(int)) {
  std::string text{name};
  for (char& c : text) c = c == '_' ? separator : static_cast<char>(change(static_cast<unsigned char>(c)));
  return text;
}

std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row.back();
}

constexpr long kMinute = 60'000;
constexpr long kGiB = 1024L * 1024 * 1024;

// The table. To add a setting: a member in settings.hpp and a row here.
std::vector<Setting> rows() {
  using S = Settings;
  using K = KafkaSettings;
  using P = PostgresSettings;
  using N = NodeSettings;
  using H = HttpSettings;
  using C = CommandSettings;
  using J = ProjectionSettings;
  using E = SealingSettings;
  using R = ProofSettings;
  using L = LogSettings;
  const auto kafka = Section::kafka;
  const auto postgres = Section::postgres;
  const auto node = Section::node;
  const auto http = Section::http;
  const auto commands = Section::commands;
  const auto projections = Section::projections;
  const auto sealing = Section::sealing;
  const auto proof = Section::proof;
  const auto log = Section::log;

  return {
      text(kafka, "kafka", "HOST:PORT", at(&S::kafka, &K::brokers), "Kafka's bootstrap servers, with commas between them"),
      text(kafka, "kafka_topic_prefix", "TEXT", at(&S::kafka, &K::topic_prefix), "what the names of all topics begin with"),
      count(kafka, "kafka_partitions", {1, 1024}, at(&S::kafka, &K::partitions), "partitions of each log topic; fixed for life when it is created"),
      count(kafka, "kafka_replication_factor", {1, 100}, at(&S::kafka, &K::replication_factor), "copies of each log topic"),
      count(kafka, "kafka_min_insync_replicas", {1, 100}, at(&S::kafka, &K::min_insync_replicas), "copies that a record must have to count as stored"),
      duration(kafka, "kafka_linger_ms", {0, 100}, at(&S::kafka, &K::linger_ms), "how long the producer waits for more records to send together"),
      choice(kafka, "kafka_compression", {"none", "lz4", "zstd"}, at(&S::kafka, &K::compression), "of records sent"),
      pairs(kafka, "kafka_property", at(&S::kafka, &K::properties), "a property of librdkafka (TLS, SASL); may be given several times"),

      url(postgres, "postgres", "URL", at(&S::postgres, &P::url), "PostgreSQL's address: postgresql://user:password@host:port/database"),
      count(postgres, "postgres_pool_size", {1, 1000}, at(&S::postgres, &P::pool_size), "connections for queries and loads; each projection has one more"),
      duration(postgres, "postgres_pool_wait_ms", {1, kMinute}, at(&S::postgres, &P::pool_wait_ms), "for a free connection, at most"),
      duration(postgres, "postgres_connect_timeout_ms", {1'000, 5 * kMinute}, at(&S::postgres, &P::connect_timeout_ms), "for a new connection, at most"),
      duration(postgres, "postgres_statement_timeout_ms", {100, 60 * kMinute}, at(&S::postgres, &P::statement_timeout_ms), "for one statement, at most"),
      duration(postgres, "postgres_lock_timeout_ms", {100, 60 * kMinute}, at(&S::postgres, &P::lock_timeout_ms), "for one lock, at most"),
      duration(postgres, "postgres_idle_in_transaction_timeout_ms", {1'000, 60 * kMinute}, at(&S::postgres, &P::idle_in_transaction_timeout_ms),
               "after which the server ends a transaction that does nothing"),
      duration(postgres, "postgres_tcp_user_timeout_ms", {1'000, 10 * kMinute}, at(&S::postgres, &P::tcp_user_timeout_ms),
               "after which a connection whose data is not confirmed is given up"),

      node_name(node, "node_name", at(&S::node, &N::name), "this process among those of the ledger, the same after a restart; without one its host's name, a dash and HTTP's port"),
      host_port(node, "http_peer_address", at(&S::node, &N::peer_address), "where other nodes reach this one's HTTP; without one HTTP's address and port"),
      duration(node, "group_session_timeout_ms", {6'000, 30 * kMinute}, at(&S::node, &N::group_session_timeout_ms),
               "after which a silent process loses its partitions to the others; Kafka's brokers have bounds of their own"),
      duration(node, "group_heartbeat_ms", {10, kMinute}, at(&S::node, &N::group_heartbeat_ms), "between two signs of life, and how soon a process hears that partitions change hands"),
      duration(node, "group_release_ms", {10, kMinute}, at(&S::node, &N::group_release_ms), "for handing a partition over in order, at most"),
      duration(node, "group_leave_ms", {10, kMinute}, at(&S::node, &N::group_leave_ms), "for leaving a group when the process ends, at most"),
      duration(node, "group_rejoin_ms", {100, 10 * kMinute}, at(&S::node, &N::group_rejoin_ms), "until a process joins again whose name another one took"),

      duration(node, "forward_connect_timeout_ms", {1, kMinute}, at(&S::node, &N::forward_connect_timeout_ms), "for a connection to another node, at most"),
      duration(node, "forward_answer_timeout_ms", {10, kMinute}, at(&S::node, &N::forward_answer_timeout_ms), "for another node's answer to a command that it was given, at most"),
      duration(node, "forward_pause_ms", {1, kMinute}, at(&S::node, &N::forward_pause_ms), "how long a node that failed is given no commands"),
      count(node, "forward_at_a_time_max", {1, 65'536}, at(&S::node, &N::forward_at_a_time_max), "requests under way to other nodes, at most half of http_max_requests; more are answered 503"),

      text(http, "http_address", "ADDRESS", at(&S::http, &H::address), "the address to listen on"),
      count(http, "http_port", {0, 65'535}, at(&S::http, &H::port), "the port to listen on; 0 takes a free one"),
      count(http, "http_max_connections", {16, 65'536}, at(&S::http, &H::max_connections), "connections at a time; each has a thread"),
      count(http, "http_max_event_streams", {1, 65'536}, at(&S::http, &H::max_event_streams), "event streams at a time, out of the connections"),
      count(http, "http_max_requests", {1, 65'536}, at(&S::http, &H::max_requests), "requests being answered at a time; more are answered 503 at once"),
      duration(http, "http_keep_alive_ms", {100, 10 * kMinute}, at(&S::http, &H::keep_alive_ms), "how long a connection may idle"),
      duration(http, "http_stop_grace_ms", {0, kMinute}, at(&S::http, &H::stop_grace_ms), "when the server stops, for idle connections to send one request more, at most"),
      duration(http, "http_receive_timeout_ms", {100, 10 * kMinute}, at(&S::http, &H::receive_timeout_ms), "between two pieces of a request, at most"),
      duration(http, "http_send_timeout_ms", {100, 10 * kMinute}, at(&S::http, &H::send_timeout_ms),
               "for a client to take an answer, and its bytes at 64 KiB/s on top; or to take an event of a stream, before it is cut off"),
      duration(http, "http_request_deadline_ms", {100, 10 * kMinute}, at(&S::http, &H::request_deadline_ms), "from a request's first byte to its answer's last, at most"),
      duration(http, "http_heartbeat_ms", {100, kMinute}, at(&S::http, &H::heartbeat_ms), "between two signs of life on an event stream"),
      duration(http, "http_min_position_wait_ms", {1, 10 * kMinute}, at(&S::http, &H::min_position_wait_ms), "for a read model to reach Ledger-Min-Position, at most"),
      duration(http, "http_keys_wait_ms", {0, 10 * kMinute}, at(&S::http, &H::keys_wait_ms), "at the start, for the read model of keys to have the first of them, and then for models to begin with, at most"),
      bytes(http, "http_max_body_bytes", {1'024, kGiB}, at(&S::http, &H::max_body_bytes), "of a request's body, at most"),
      bytes(http, "http_max_held_bytes", {kMiB, 64 * kGiB}, at(&S::http, &H::max_held_bytes), "of large bodies and answers, all requests together; more are answered 503"),
      count(http, "http_batch_in_flight_max", {1, 1'000'000}, at(&S::http, &H::batch_in_flight_max), "lines of one batch that wait for their outcome; meanwhile no more are read"),
      bytes(http, "http_batch_in_flight_max_bytes", {1'024, kGiB}, at(&S::http, &H::batch_in_flight_max_bytes), "of the lines of one batch that wait for their outcome; meanwhile no more are read"),
      bytes(http, "http_batch_unread_max_bytes", {1'024, kGiB}, at(&S::http, &H::batch_unread_max_bytes), "of the results of one batch that its client has not taken; meanwhile no more lines are read"),
      duration(http, "http_batch_reader_patience_ms", {1, 10 * kMinute}, at(&S::http, &H::batch_reader_patience_ms),
               "for a client that takes none of so many results and goes on sending, before his lines are no longer taken"),
      duration(http, "http_batch_line_deadline_ms", {0, 10 * kMinute}, at(&S::http, &H::batch_line_deadline_ms), "for storing one line of a batch, all tries together, at most"),
      text(http, "first_key_file", "FILE", at(&S::first_key_file), "where the first start writes the first admin key (mode 600); without it the key goes to stderr, once",
           May::be_empty),

      duration(commands, "command_deadline_ms", {100, 10 * kMinute}, at(&S::commands, &C::deadline_ms), "from taking a command to its answer, at most"),
      duration(commands, "command_doubt_after_ms", {10, 10 * kMinute}, at(&S::commands, &C::doubt_after_ms), "the age from which a record that was sent and not read back is in doubt"),
      duration(commands, "command_head_check_every_ms", {100, 60 * kMinute}, at(&S::commands, &C::head_check_every_ms), "between two comparisons of a partition's head with the log"),
      duration(commands, "command_load_timeout_ms", {10, 10 * kMinute}, at(&S::commands, &C::load_timeout_ms), "for loading a stream's past, at most"),
      duration(commands, "command_log_timeout_ms", {100, 10 * kMinute}, at(&S::commands, &C::log_timeout_ms), "for one question to the log, at most"),
      count(commands, "command_flights_max", {1, 100'000}, at(&S::commands, &C::flights_max), "records of a partition under way at a time"),
      bytes(commands, "command_flights_max_bytes", {4'194'304, kGiB}, at(&S::commands, &C::flights_max_bytes), "of a partition's records under way"),
      count(commands, "command_queue_max", {1, 1'000'000}, at(&S::commands, &C::queue_max), "commands of a partition that wait; more are answered 503"),
      bytes(commands, "command_tail_max_bytes", {4'194'304, 16 * kGiB}, at(&S::commands, &C::tail_max_bytes), "of a partition's events that the history table does not hold yet; at the bound commands are answered 503"),
      bytes(commands, "command_queue_max_bytes", {4'194'304, kGiB}, at(&S::commands, &C::queue_max_bytes), "of a partition's commands that wait; more are answered 503"),
      bytes(commands, "command_cache_max_bytes", {0, kGiB}, at(&S::commands, &C::cache_max_bytes), "of the states of a partition that are kept for the next decision"),
      duration(commands, "command_start_timeout_ms", {100, 60 * kMinute}, at(&S::commands, &C::start_timeout_ms), "at the start, for reading every partition to its end, at most"),
      duration(commands, "command_clock_skew_max_ms", {100, kMinute}, at(&S::commands, &C::clock_skew_max_ms), "between this machine's clock and the log's, at most; else there is no start, and later an alarm"),
      duration(commands, "command_guard_every_ms", {100, 60 * kMinute}, at(&S::commands, &C::guard_every_ms),
               "between two looks whether the log's topics and this machine's clock are still fit; nothing is written to a topic that could lose it"),
      duration(commands, "command_history_poll_ms", {10, kMinute}, at(&S::commands, &C::history_poll_ms), "between two looks how far the history table is: what it holds need not be kept"),
      duration(commands, "command_end_patience_ms", {10, kMinute}, at(&S::commands, &C::end_patience_ms), "for reading to an end of the log that may lie behind what a reader is given, before it goes on without"),
      duration(commands, "command_answer_barrier_every_ms", {0, kMinute}, at(&S::commands, &C::answer_barrier_every_ms), "between two barriers that make refusals safe to tell"),
      duration(commands, "command_resend_first_ms", {1, kMinute}, at(&S::commands, &C::resend_first_ms), "until what is in doubt is sent a second time; then twice as long each time, …"),
      duration(commands, "command_resend_max_ms", {1, 10 * kMinute}, at(&S::commands, &C::resend_max_ms), "… up to this"),
      duration(commands, "command_sender_least_age_ms", {0, kMinute}, at(&S::commands, &C::sender_least_age_ms), "of the connection that sends, before a partition in doubt may have it renewed"),
      one_of<Assignment>(commands, "command_assignment", {{"group", Assignment::group}, {"all", Assignment::all}}, at(&S::commands, &C::assignment),
                         "whose a partition is: shared by the group of writers, or taken as one's own whatever the group says, to measure what contention costs"),
      duration(commands, "command_members_every_ms", {10, kMinute}, at(&S::commands, &C::members_every_ms), "between two looks at who has which partition"),
      duration(commands, "command_members_timeout_ms", {10, kMinute}, at(&S::commands, &C::members_timeout_ms), "for one such look, at most"),
      duration(commands, "command_take_over_patience_ms", {1, kMinute}, at(&S::commands, &C::take_over_patience_ms),
               "for which commands wait while a partition is taken over, at most; then they are decided whoever stands in the way"),
      duration(commands, "command_take_over_every_ms", {1, kMinute}, at(&S::commands, &C::take_over_every_ms), "between two barriers of a take-over, when another's record was faster"),
      one_of<bool>(commands, "command_contention_yield", {{"on", true}, {"off", false}}, at(&S::commands, &C::contention_yield),
                   "whether a writer that loses races to another gives way to it; off only to measure what that is good for"),
      count(commands, "command_contention_losses", {1, 1'000}, at(&S::commands, &C::contention_losses), "races lost in a row, until commands are given to the winner"),
      duration(commands, "command_contention_window_ms", {1, kMinute}, at(&S::commands, &C::contention_window_ms), "in which they are lost"),
      duration(commands, "command_contention_yield_ms", {1, kMinute}, at(&S::commands, &C::contention_yield_ms), "for which commands are given to the winner, or to who has just taken over"),
      duration(commands, "command_contention_quiet_ms", {1, kMinute}, at(&S::commands, &C::contention_quiet_ms), "without a lost race, until more than one record is under way at a time again"),

      count(projections, "projection_batch_max_records", {1, 1'000'000}, at(&S::projections, &J::batch_max_records), "records applied in one transaction"),
      duration(projections, "projection_batch_max_ms", {1, 10'000}, at(&S::projections, &J::batch_max_ms), "how long a batch is filled before it is applied"),
      duration(projections, "projection_unconcerned_ms", {0, 10'000}, at(&S::projections, &J::unconcerned_ms),
               "how long a batch that has nothing for a projection waits for something that is, before only its checkpoint moves"),
      bytes(projections, "projection_shared_window_bytes", {65'536, kGiB}, at(&S::projections, &J::shared_window_bytes),
            "kept of each partition for the projections of a process that are behind the others; who is further behind reads for himself"),
      duration(projections, "projection_publish_timeout_ms", {100, 10 * kMinute}, at(&S::projections, &J::publish_timeout_ms),
               "for a batch of events to be stored in the published topics, at most"),
      duration(projections, "projection_backoff_first_ms", {1, kMinute}, at(&S::projections, &J::backoff_first_ms), "until a projection tries again after a failure, at first"),
      duration(projections, "projection_backoff_max_ms", {1, 10 * kMinute}, at(&S::projections, &J::backoff_max_ms), "until it tries again after many, at most"),

      text(sealing, "master_key_file", "FILE", at(&S::sealing, &E::master_key_file),
           "the keys that subjects' keys are sealed under, a line of 64 hexadecimal digits for each; the first seals, all open. Without it no personal text can be sealed or read",
           May::be_empty),

      text(proof, "checkpoint_key_file", "FILE", at(&S::proof, &R::checkpoint_key_file),
           "the Ed25519 key that checkpoints are signed with, in PEM (PKCS#8); made where there is none (mode 600). Without it this process watches nothing and signs nothing",
           May::be_empty),
      duration(proof, "checkpoint_interval_ms", {100, 24 * 60 * kMinute}, at(&S::proof, &R::checkpoint_interval_ms), "until an event is under a signed checkpoint, at most, while all is well"),
      count(proof, "checkpoint_records", {1, 10'000'000}, at(&S::proof, &R::checkpoint_records), "records of a partition under no checkpoint, from which one is signed at once"),

      one_of<LogLevel>(log, "log_level", {{"debug", LogLevel::debug}, {"info", LogLevel::info}, {"warn", LogLevel::warn}, {"error", LogLevel::error}},
                       at(&S::log, &L::level), "the least that is logged"),
      one_of<LogFormat>(log, "log_format", {{"text", LogFormat::text}, {"json", LogFormat::json}}, at(&S::log, &L::format), "of log lines, on stderr"),
  };
}

}  // namespace

std::string_view title(Section section) {
  switch (section) {
    case Section::kafka: return "Kafka";
    case Section::postgres: return "PostgreSQL";
    case Section::node: return "Node";
    case Section::http: return "HTTP";
    case Section::commands: return "Commands";
    case Section::projections: return "Projections";
    case Section::sealing: return "Sealing";
    case Section::proof: return "Proof";
    case Section::log: return "Logging";
  }
  return {};
}

std::string Setting::flag() const { return "--" + spelled(name, '-', std::tolower); }
std::string Setting::variable() const { return "PROMPTLEDGER_" + spelled(name, '_', std::toupper); }

std::span<const Setting> table() {
  static const std::vector<Setting> kRows = rows();
  return kRows;
}

const Setting* find(std::string_view name) {
  const auto found = std::ranges::find(table(), name, &Setting::name);
  return found == table().end() ? nullptr : &*found;
}

const Setting* nearest(std::string_view name) {
  constexpr std::size_t kLongestName = 100;
  if (name.size() > kLongestName) return nullptr;
  const Setting* best = nullptr;
  std::size_t fewest = std::max<std::size_t>(2, name.size() / 4) + 1;
  for (const Setting& row : table()) {
    const std::size_t edits = edits_between(name, row.name);
    if (edits < fewest) {
      fewest = edits;
      best = &row;
    }
  }
  return best;
}

}  // namespace ledger::config
