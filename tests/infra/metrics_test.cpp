#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <thread>
#include <vector>

#include "infra/metrics/families.hpp"
#include "infra/metrics/http_requests.hpp"
#include "infra/metrics/process.hpp"

using namespace ledger::metrics;

namespace {

bool has_line(const std::string& text, const std::string& line) { return ("\n" + text).find("\n" + line + "\n") != std::string::npos; }

constexpr std::array<double, 2> kBounds{0.5, 2};
constexpr Family kCalls{"test_calls_total", Kind::counter, "Calls.", {"who"}};
constexpr Family kHeat{"test_heat_celsius", Kind::gauge, "Heat."};
constexpr Family kWait{"test_wait_seconds", Kind::histogram, "Wait.", {"who", "why"}, kBounds};

}  // namespace

TEST_CASE("every family is declared as Prometheus wants it, and once") {
  std::set<std::string_view> names;
  for (const Family* family : kFamilies) {
    CAPTURE(family->name);
    CHECK(names.insert(family->name).second);
    CHECK((family->name.starts_with("promptledger_") || family->name.starts_with("process_")));
    CHECK(family->name.ends_with("_total") == (family->kind == Kind::counter));
    CHECK(family->bounds.empty() == (family->kind != Kind::histogram));
    CHECK(std::ranges::is_sorted(family->bounds));
    CHECK(family->help.ends_with("."));
    for (std::size_t i = family->label_count(); i < family->labels.size(); ++i) CHECK(family->labels[i].empty());
  }
}

TEST_CASE("every family that is declared is listed") {
  std::ifstream header{LEDGER_SOURCE_DIR "/infra/metrics/families.hpp"};
  std::size_t declared = 0;
  for (std::string line; std::getline(header, line);) declared += line.starts_with("inline constexpr Family ") ? 1 : 0;
  CHECK(declared == std::size(kFamilies));
}

TEST_CASE("instruments and sources come out in one text") {
  Registry registry;
  registry.counter(kCalls, {"me"}).add();
  registry.counter(kCalls, {"me"}).add(2);
  registry.counter(kCalls, {"a \"quoted\"\nline"}).add();
  auto wait = registry.histogram(kWait, {"me", "tea"});
  for (const double seconds : {0.1, 0.5, 1.0, 9.0}) wait.observe(seconds);
  const auto subscription = registry.subscribe([](Scrape& scrape) { scrape.value(kHeat, {}, -3.5); });

  const std::string text = registry.render();
  CAPTURE(text);
  CHECK(has_line(text, "# HELP test_calls_total Calls."));
  CHECK(has_line(text, "# TYPE test_calls_total counter"));
  CHECK(has_line(text, R"(test_calls_total{who="me"} 3)"));
  CHECK(has_line(text, R"(test_calls_total{who="a \"quoted\"\nline"} 1)"));
  CHECK(has_line(text, R"(test_wait_seconds_bucket{who="me",why="tea",le="0.5"} 2)"));
  CHECK(has_line(text, R"(test_wait_seconds_bucket{who="me",why="tea",le="2"} 3)"));
  CHECK(has_line(text, R"(test_wait_seconds_bucket{who="me",why="tea",le="+Inf"} 4)"));
  CHECK(has_line(text, R"(test_wait_seconds_sum{who="me",why="tea"} 10.6)"));
  CHECK(has_line(text, "# TYPE test_heat_celsius gauge"));
  CHECK(has_line(text, "test_heat_celsius -3.5"));
}

TEST_CASE("a histogram kept elsewhere comes out as one of ours does") {
  Registry registry;
  const std::vector<std::uint64_t> counts{2, 1, 1};
  const auto subscription = registry.subscribe([&](Scrape& scrape) { scrape.histogram(kWait, {"me", "tea"}, {kBounds, counts, 10.6}); });
  const std::string told = registry.render();
  Registry other;
  auto wait = other.histogram(kWait, {"me", "tea"});
  for (const double seconds : {0.1, 0.5, 1.0, 9.0}) wait.observe(seconds);
  CHECK(told == other.render());
}

TEST_CASE("a family that several sources tell has one heading") {
  Registry registry;
  const auto one = registry.subscribe([](Scrape& scrape) { scrape.value(kCalls, {"a"}, 1); });
  const auto other = registry.subscribe([](Scrape& scrape) {
    scrape.value(kHeat, {}, 0);
    scrape.value(kCalls, {"b"}, 2);
  });
  const std::string text = registry.render();
  CHECK(text.find("# TYPE test_calls_total") == text.rfind("# TYPE test_calls_total"));
  CHECK(has_line(text, R"(test_calls_total{who="a"} 1)"));
  CHECK(has_line(text, R"(test_calls_total{who="b"} 2)"));
}

TEST_CASE("a source is asked no more after its subscription") {
  Registry registry;
  {
    const auto subscription = registry.subscribe([](Scrape& scrape) { scrape.value(kHeat, {}, 1); });
    CHECK(has_line(registry.render(), "test_heat_celsius 1"));
  }
  CHECK(registry.render().empty());
}

TEST_CASE("labels and kinds that are not as declared are our own bug") {
  Registry registry;
  CHECK_THROWS_AS(registry.counter(kCalls), std::logic_error);
  CHECK_THROWS_AS(registry.counter(kHeat), std::logic_error);
  CHECK_THROWS_AS(registry.histogram(kCalls, {"a"}), std::logic_error);
  const std::vector<std::uint64_t> too_few{1, 2};
  const auto broken = registry.subscribe([&](Scrape& scrape) {
    CHECK_THROWS_AS(scrape.value(kCalls, {"a", "b"}, 1), std::logic_error);
    CHECK_THROWS_AS(scrape.value(kWait, {"a", "b"}, 1), std::logic_error);
    CHECK_THROWS_AS(scrape.histogram(kHeat, {}, {}), std::logic_error);
    CHECK_THROWS_AS(scrape.histogram(kWait, {"a", "b"}, {kBounds, too_few, 0}), std::logic_error);
  });
  CHECK(registry.render().empty());
}

TEST_CASE("requests are counted by route, method and class of status, from many threads") {
  Registry registry;
  HttpRequests requests{registry};
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread)
      threads.emplace_back([&] {
        for (int i = 0; i < 250; ++i) requests.answered("prompt", i % 2 ? "GET" : "PUT", i % 5 == 0 ? 404 : 201, 0.003, 10);
      });
  }
  const std::string text = registry.render();
  CAPTURE(text);
  CHECK(has_line(text, R"(promptledger_http_requests_total{method="GET",route="prompt",status="2xx"} 400)"));
  CHECK(has_line(text, R"(promptledger_http_requests_total{method="GET",route="prompt",status="4xx"} 100)"));
  CHECK(has_line(text, R"(promptledger_http_request_seconds_bucket{method="PUT",route="prompt",le="0.0025"} 0)"));
  CHECK(has_line(text, R"(promptledger_http_request_seconds_bucket{method="PUT",route="prompt",le="0.005"} 500)"));
  CHECK(has_line(text, R"(promptledger_http_response_bytes_total{method="PUT",route="prompt"} 5000)"));
}

TEST_CASE("the process tells what it takes") {
  const ProcessFacts before = process_facts();
  CHECK(before.resident_bytes > 1'000'000);
  CHECK(before.threads >= 1);
  CHECK(before.open_files >= 3);
  {
    std::jthread idle{[](const std::stop_token& stop) {
      while (!stop.stop_requested()) std::this_thread::yield();
    }};
    CHECK(process_facts().threads == before.threads + 1);
  }
  Registry registry;
  const auto started = std::chrono::steady_clock::now() - std::chrono::hours{1};
  const auto subscription = registry.subscribe([&](Scrape& scrape) { tell_process(scrape, "1.2.3", started); });
  const std::string text = registry.render();
  CHECK(has_line(text, R"(promptledger_build_info{version="1.2.3"} 1)"));
  CHECK(text.find("\npromptledger_uptime_seconds 3600") != std::string::npos);
  CHECK(text.find("\nprocess_resident_memory_bytes ") != std::string::npos);
}
