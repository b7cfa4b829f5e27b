#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ledger::kafka {

// A line of the client library for the operator's log; severity as in syslog, 0 (emergency) to 7 (debug). Called from the library's
// threads; must not throw or call back into the log.
using OnLog = std::function<void(int severity, std::string_view line)>;

struct KafkaSettings {
  std::string brokers;                       // host:port, comma-separated
  std::string client_id = "promptledger";

  // The sender.
  double linger_ms = 0;                      // 0 to 1: how long a batch waits for company
  std::string compression = "lz4";           // none, lz4, zstd, snappy, gzip
  std::int32_t max_message_bytes = 2 * 1024 * 1024;
  std::int32_t queue_max_messages = 100'000; // what the sender holds before append() answers "full"
  std::int32_t queue_max_kbytes = 65'536;
  std::int32_t delivery_timeout_ms = 30'000; // after this the library gives a record up, and its report is an error
  bool gapless = false;                      // nothing is stored behind a record that was lost: no record is given up by itself, and when
                                             // one is refused the sender breaks
  std::int32_t close_timeout_ms = 2'000;     // how long the end of the process waits for reports

  // Readers.
  std::int32_t fetch_wait_max_ms = 100;      // how long the broker may hold an idle fetch
  std::int32_t prefetch_messages = 1'000'000;   // each partition that is read holds at most so many unread, or so much
  std::int32_t prefetch_kbytes = 2'048;
  std::int32_t fetch_partition_max_kbytes = 1'024;
  std::int32_t leader_check_ms = 1'000;      // how often the leaders of what is read are asked for

  // Members of groups.
  std::int32_t group_heartbeat_ms = 300;     // how soon a member hears that partitions are to change hands
  std::int32_t group_release_ms = 5'000;     // how long partitions wait for their present owner to release them
  std::int32_t group_leave_ms = 2'000;       // how long leaving may take
  std::int32_t group_rejoin_ms = 10'000;     // until a member joins again whose client broke, or whose name another process took

  // All.
  std::int32_t request_timeout_ms = 5'000;
  std::int32_t reconnect_min_ms = 10;
  std::int32_t reconnect_max_ms = 500;

  // TLS, SASL and whatever else the library takes, by the library's own names. What the ledger depends on cannot be overruled here.
  std::vector<std::pair<std::string, std::string>> extra = {};

  OnLog on_log = {};                         // empty: the library's lines are dropped
};

}  // namespace ledger::kafka
