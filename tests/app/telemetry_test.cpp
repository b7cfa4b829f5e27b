#include <doctest/doctest.h>

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "app/telemetry.hpp"
#include "domain/json.hpp"
#include "infra/logging/log.hpp"
#include "infra/metrics/families.hpp"

using namespace ledger;
using namespace ledger::app;

namespace {

const log::PartitionId kPartition{"promptledger.log.prompts", 3};

std::string told(const metrics::Registry::Source& source) {
  metrics::Registry registry;
  const auto subscription = registry.subscribe(source);
  return "\n" + registry.render();
}

bool has_line(const std::string& text, const std::string& line) { return text.find("\n" + line + "\n") != std::string::npos; }

}  // namespace

TEST_CASE("who writes what, and how partitions changed hands, come out under their families") {
  ClusterView view;
  view.nodes = {{{"a", "h:1"}, true, 2}, {{"b", "h:2"}, false, 1}};
  auto& partition = view.partitions.emplace_back();
  partition.partition = kPartition;
  partition.assigned_to = "b";
  partition.hand_over_sums[static_cast<std::size_t>(HandOver::Kind::released)] = {2, 30'000};
  const std::string text = told([&](metrics::Scrape& scrape) { tell_cluster(scrape, view); });
  CAPTURE(text);
  CHECK(has_line(text, R"(promptledger_cluster_node_partitions{node="a"} 2)"));
  CHECK(has_line(text, R"(promptledger_cluster_assigned{node="b",partition="3",topic="promptledger.log.prompts"} 1)"));
  CHECK(has_line(text, R"(promptledger_cluster_hand_overs_total{kind="released",partition="3",topic="promptledger.log.prompts"} 2)"));
  CHECK(has_line(text, R"(promptledger_cluster_hand_over_seconds_total{kind="released",partition="3",topic="promptledger.log.prompts"} 0.03)"));
  CHECK(has_line(text, R"(promptledger_cluster_hand_overs_total{kind="lost",partition="3",topic="promptledger.log.prompts"} 0)"));
}

TEST_CASE("what the guard found comes out under its families") {
  LogGuard::State state;
  state.topics["fit"];
  state.topics["cut"] = TopicFault{TopicFault::Kind::can_lose, "why"};
  state.looks = 9;
  state.unanswered = 2;
  state.clock_apart_ms = -2'500;
  const std::string text = told([&](metrics::Scrape& scrape) { tell_guard(scrape, state); });
  CAPTURE(text);
  CHECK(has_line(text, R"(promptledger_log_guard_fault{fault="can_lose",topic="cut"} 1)"));
  CHECK(has_line(text, R"(promptledger_log_guard_fault{fault="unfit",topic="cut"} 0)"));
  CHECK(has_line(text, R"(promptledger_log_guard_fault{fault="can_lose",topic="fit"} 0)"));
  CHECK(has_line(text, R"(promptledger_log_guard_looks_total{outcome="answered"} 7)"));
  CHECK(has_line(text, "promptledger_log_guard_clock_ahead_seconds -2.5"));
}

TEST_CASE("a partition writer's numbers come out under their families") {
  WriterStats stats;
  stats.head_height = 41;
  stats.head_recorded_us = 1'000'000'000;
  stats.voids[2] = 7;
  stats.oldest_flight_us = 1'500'000;
  stats.barriers_answer = 5;
  stats.rejected = 6;
  stats.read_back.counts[0] = 2;
  stats.read_back.counts[12] = 1;
  stats.read_back.sum_us = 3'000'000;
  stats.produce.add(std::chrono::milliseconds(4));
  stats.phase = WriterStats::Phase::standby;
  const auto now = std::chrono::system_clock::time_point{std::chrono::seconds{1'002}};
  const std::string text = told([&](metrics::Scrape& scrape) { tell_partition(scrape, kPartition, stats, 5, now); });
  CAPTURE(text);
  const std::string labels = R"(partition="3",topic="promptledger.log.prompts")";
  CHECK(has_line(text, "promptledger_partition_head_height{" + labels + "} 41"));
  CHECK(has_line(text, "promptledger_partition_head_age_seconds{" + labels + "} 2"));
  CHECK(has_line(text, "promptledger_partition_lag_records{" + labels + "} 5"));
  CHECK(has_line(text, "promptledger_partition_void_records_total{class=\"orphan\"," + labels + "} 7"));
  CHECK(has_line(text, "promptledger_partition_oldest_flight_age_seconds{" + labels + "} 1.5"));
  CHECK(has_line(text, R"(promptledger_partition_barriers_total{partition="3",reason="answer",topic="promptledger.log.prompts"} 5)"));
  CHECK(has_line(text, R"(promptledger_partition_commands_total{outcome="rejected",partition="3",topic="promptledger.log.prompts"} 6)"));
  CHECK(has_line(text, R"(promptledger_partition_phase{partition="3",phase="standby",topic="promptledger.log.prompts"} 1)"));
  CHECK(has_line(text, R"(promptledger_partition_phase{partition="3",phase="halted",topic="promptledger.log.prompts"} 0)"));
  CHECK(has_line(text, "promptledger_partition_read_back_seconds_count{" + labels + "} 3"));
  CHECK(has_line(text, "promptledger_partition_produce_seconds_sum{" + labels + "} 0.004"));
  CHECK(has_line(text, "promptledger_partition_produce_seconds_bucket{" + labels + R"(,le="0.0025"} 0)"));
  CHECK(has_line(text, "promptledger_partition_produce_seconds_bucket{" + labels + R"(,le="0.005"} 1)"));
  CHECK(has_line(text, "promptledger_partition_read_back_seconds_sum{" + labels + "} 3"));
  CHECK(has_line(text, "promptledger_partition_read_back_seconds_bucket{" + labels + R"(,le="2"} 2)"));
}

TEST_CASE("an age without a head is not made up") {
  const WriterStats stats;
  const std::string text = told([&](metrics::Scrape& scrape) { tell_partition(scrape, kPartition, stats, 0, std::chrono::system_clock::now()); });
  CHECK(text.find("head_age") == std::string::npos);
}

TEST_CASE("a projection's status comes out under its families") {
  projections::RunnerStatus status;
  status.name = "history";
  status.state = projections::RunnerState::backing_off;
  status.partitions = {{.partition = kPartition, .next_offset = 9, .height = 8, .end = 12, .lag = 3, .halted = "tampered with"}};
  status.applied = 100;
  status.rate_per_s = 2.5;
  status.parked_streams = 1;
  status.parked_events = 4;
  status.last_error_us = 1'500'000;
  status.visible.add(1.5);
  status.visible.add(3'000);
  const std::string text = told([&](metrics::Scrape& scrape) { tell_projection(scrape, status); });
  CAPTURE(text);
  const std::string labels = R"({partition="3",projection="history",topic="promptledger.log.prompts"})";
  CHECK(has_line(text, "promptledger_projection_height" + labels + " 8"));
  CHECK(has_line(text, "promptledger_projection_lag_records" + labels + " 3"));
  CHECK(has_line(text, "promptledger_projection_halted" + labels + " 1"));
  CHECK(has_line(text, R"(promptledger_projection_state{projection="history",state="backing_off"} 1)"));
  CHECK(has_line(text, R"(promptledger_projection_applied_records_total{projection="history"} 100)"));
  CHECK(has_line(text, R"(promptledger_projection_records_per_second{projection="history"} 2.5)"));
  CHECK(has_line(text, R"(promptledger_projection_parked_events{projection="history"} 4)"));
  CHECK(has_line(text, R"(promptledger_projection_last_error_timestamp_seconds{projection="history"} 1.5)"));
  CHECK(has_line(text, R"(promptledger_projection_write_to_visible_seconds_bucket{projection="history",le="0.002"} 1)"));
  CHECK(has_line(text, R"(promptledger_projection_write_to_visible_seconds_count{projection="history"} 2)"));
}

TEST_CASE("requests are counted, and no caller can make series") {
  metrics::Registry registry;
  RequestCounts counts{registry};
  counts.on_request("prompt", "GET", 200, 0.001, 5);
  for (int i = 0; i < 100; ++i) counts.on_request("", "METHOD" + std::to_string(i), 405, 0.001, 5);
  const std::string text = "\n" + registry.render();
  CHECK(has_line(text, R"(promptledger_http_requests_total{method="GET",route="prompt",status="2xx"} 1)"));
  CHECK(has_line(text, R"(promptledger_http_requests_total{method="other",route="none",status="4xx"} 100)"));
  CHECK(text.find("METHOD") == std::string::npos);
}

TEST_CASE("every family of the parts is told by somebody") {
  projections::RunnerStatus status;
  status.name = "history";
  status.partitions = {{.partition = kPartition, .height = 1}};
  WriterStats begun;
  begun.head_recorded_us = 1;
  metrics::Registry registry;
  RequestCounts counts{registry};
  counts.on_request("prompt", "GET", 200, 0.001, 5);
  const auto subscription = registry.subscribe([&](metrics::Scrape& scrape) {
    tell_partition(scrape, kPartition, begun, 1, std::chrono::system_clock::now());
    tell_projection(scrape, status);
    tell_http(scrape, {.connections = 1});
  });
  const std::string text = registry.render();
  for (const metrics::Family* family : metrics::kFamilies) {
    const std::string name{family->name};
    CAPTURE(name);
    const bool of_a_part = name.starts_with("promptledger_partition_") || name.starts_with("promptledger_projection_") || name.starts_with("promptledger_http_");
    if (of_a_part) CHECK(text.find("# TYPE " + name + " ") != std::string::npos);
  }
}

TEST_CASE("the access log says what the server tells") {
  std::vector<nlohmann::json> lines;
  {
    const logging::Session session{{.level = logging::Level::info, .format = logging::Format::json}, [&](std::string_view line) { lines.push_back(nlohmann::json::parse(line)); }};
    log_access({.request_id = "r-1", .method = "GET", .path = "/api/v1/prompts", .route = "prompts", .status = 200, .seconds = 0.0125, .bytes_in = 1, .bytes_out = 2,
                .actor = "api-key/1", .workspace = "w", .client = "127.0.0.1:9", .problem = ""});
  }
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].at("request_id") == "r-1");
  CHECK(lines[0].at("duration_us") == 12'500);
  CHECK(lines[0].at("route") == "prompts");
}
