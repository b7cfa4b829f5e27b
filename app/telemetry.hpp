#pragma once

#include <chrono>
#include <cstddef>

#include "commands/cluster_view.hpp"
#include "commands/log_guard.hpp"
#include "commands/writer_stats.hpp"
#include "http/nodes/forward_stats.hpp"
#include "http/server/observer.hpp"
#include "http/server/server.hpp"
#include "http/verification.hpp"
#include "infra/metrics/http_requests.hpp"
#include "log/record.hpp"
#include "projections/runner_status.hpp"

// What the parts tell of themselves, in the words of /metrics and of the log: inner folders know neither.
namespace ledger::app {

// Counts answered requests. Methods that HTTP does not know are counted as one, so that no caller makes series.
class RequestCounts final : public http::Observer {
 public:
  explicit RequestCounts(metrics::Registry& registry) : requests_{registry} {}
  void on_request(std::string_view route, std::string_view method, int status, double seconds, std::uint64_t bytes_out) override;

 private:
  metrics::HttpRequests requests_;
};

// One line of the access log.
void log_access(const http::AccessEntry& entry);
// What a server tells: counts, and lines of the log.
http::Hooks server_hooks(RequestCounts& requests);

void tell_http(metrics::Scrape& scrape, const http::ServerLoad& load);
void tell_forwarding(metrics::Scrape& scrape, const http::ForwardStats& stats);
void tell_partition(metrics::Scrape& scrape, const log::PartitionId& partition, const WriterStats& stats, std::size_t lag_records,
                    std::chrono::system_clock::time_point now);
void tell_cluster(metrics::Scrape& scrape, const ClusterView& cluster);
void tell_guard(metrics::Scrape& scrape, const LogGuard::State& guard);
void tell_verification(metrics::Scrape& scrape, const http::Verification& found);
void tell_projection(metrics::Scrape& scrape, const projections::RunnerStatus& status);

}  // namespace ledger::app
