#include <doctest/doctest.h>

#include <condition_variable>
#include <limits>
#include <mutex>
#include <thread>
#include <vector>

#include "domain/json.hpp"
#include "infra/logging/log.hpp"

using namespace ledger;
using namespace ledger::logging;
using nlohmann::json;

namespace {

const Timestamp kNewYear{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

std::string rendered(Format format, std::string_view message, std::vector<Field> fields = {}, std::string_view request_id = {}) {
  return render({.time = kNewYear, .level = Level::warn, .message = message, .request_id = request_id, .fields = fields}, format);
}

// What `act` logs, as JSON.
template <class Act>
std::vector<json> logged(Level least, Act act) {
  std::vector<json> lines;   // complete once the session has ended
  {
    const Session session{{.level = least, .format = Format::json}, [&](std::string_view line) { lines.push_back(json::parse(line)); }};
    act();
  }
  return lines;
}

}  // namespace

TEST_CASE("a text line has time, level, words and fields") {
  CHECK(rendered(Format::text, "partition halted", {{"topic", "log.prompts"}, {"partition", 3}, {"lag", 7U}, {"rate", 0.5}, {"live", true}}, "r-1") ==
        "2026-01-01T00:00:00.000000Z warn  partition halted topic=log.prompts partition=3 lag=7 rate=0.5 live=true request_id=r-1");
  CHECK(rendered(Format::text, "x", {{"a", ""}, {"b", "two words"}, {"c", "a=b"}, {"d", "say \"hi\""}}) ==
        R"(2026-01-01T00:00:00.000000Z warn  x a="" b="two words" c="a=b" d="say \"hi\"")");
}

TEST_CASE("a JSON line is one JSON object") {
  const auto line = json::parse(rendered(Format::json, "say \"hi\"", {{"n", -3}, {"most", std::numeric_limits<std::uint64_t>::max()}, {"odd", 0.0 / 0.0 + 1}, {"no", false}}, "r-1"));
  CHECK(line.at("time") == "2026-01-01T00:00:00.000000Z");
  CHECK(line.at("level") == "warn");
  CHECK(line.at("message") == "say \"hi\"");
  CHECK(line.at("n") == -3);
  CHECK(line.at("most") == std::numeric_limits<std::uint64_t>::max());
  CHECK(line.at("odd").is_null());
  CHECK(line.at("no") == false);
  CHECK(line.at("request_id") == "r-1");
  CHECK(line.size() == 8);
}

TEST_CASE("no text ends the line or breaks its form") {
  const std::string nasty = std::string{"a\nb\r\0c\x1b[31m\xff\xc3", 13} + "\u2028\"\\";
  for (const Format format : {Format::text, Format::json}) {
    const std::string line = rendered(format, nasty, {{"field", nasty}}, nasty);
    for (const char c : line) CHECK(static_cast<unsigned char>(c) >= 0x20);
  }
  const auto line = json::parse(rendered(Format::json, nasty, {{"field", nasty}}));
  CHECK(line.at("field").get<std::string>().find("a\nb\r") == 0);
  CHECK(line.at("field").get<std::string>().find("\uFFFD") != std::string::npos);
}

TEST_CASE("secrets are hidden wherever they stand") {
  for (const Format format : {Format::text, Format::json}) {
    const std::string line = rendered(format, "cannot reach postgresql://me:hunter2@db", {{"why", "password=hunter2"}, {"key", "plk_hunter2"}}, "r");
    CHECK(line.find("hunter2") == std::string::npos);
    CHECK(line.find("postgresql://me:***@db") != std::string::npos);
  }
}

TEST_CASE("a session writes what is at or above its level, in order, all of it before it ends") {
  const auto lines = logged(Level::warn, [] {
    debug("a");
    info("b");
    warn("c", {{"n", 1}});
    error("d");
    CHECK_FALSE(logs(Level::info));
    CHECK(logs(Level::warn));
  });
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].at("message") == "c");
  CHECK(lines[0].at("n") == 1);
  CHECK(lines[1].at("message") == "d");
}

TEST_CASE("a request's id is on its thread's lines, and only while it is handled") {
  const auto lines = logged(Level::debug, [] {
    const RequestScope outer{"outer"};
    {
      const RequestScope inner{"inner"};
      info("1");
      std::jthread{[] { info("2"); }}.join();
    }
    info("3");
  });
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].at("request_id") == "inner");
  CHECK_FALSE(lines[1].contains("request_id"));
  CHECK(lines[2].at("request_id") == "outer");
}

TEST_CASE("the access log has one line per request") {
  const Access answered{.request_id = "r-1", .method = "GET", .path = "/api/v1/prompts/7", .route = "prompt", .status = 404, .duration_us = 412, .bytes_in = 0,
                        .bytes_out = 17, .actor = "api-key/1", .workspace = "w-1", .client = "127.0.0.1:4", .problem = "not-found"};
  const auto lines = logged(Level::info, [&] { access(answered); });
  REQUIRE(lines.size() == 1);
  auto line = lines.front();
  line.erase("time");
  CHECK(line == json{{"level", "info"}, {"message", "request"}, {"request_id", "r-1"}, {"method", "GET"}, {"path", "/api/v1/prompts/7"}, {"route", "prompt"},
                     {"status", 404}, {"duration_us", 412}, {"bytes_in", 0}, {"bytes_out", 17}, {"actor", "api-key/1"}, {"workspace", "w-1"},
                     {"client", "127.0.0.1:4"}, {"problem", "not-found"}});
  CHECK(logged(Level::warn, [&] { access(answered); }).empty());
}

TEST_CASE("a stuck reader holds nobody up: the oldest lines are lost, and counted") {
  constexpr int kLines = 20'000;
  std::mutex stuck;
  std::vector<std::string> lines;
  std::uint64_t dropped = 0;
  {
    std::unique_lock hold{stuck};
    const Session session{{.level = Level::info, .format = Format::json}, [&](std::string_view line) {
                            const std::lock_guard wait{stuck};
                            lines.emplace_back(line);
                          }};
    for (int i = 0; i < kLines; ++i) info("line", {{"n", i}});   // would never end if it waited
    dropped = session.lines_dropped();
    hold.unlock();
  }
  CHECK(dropped > 0);
  CHECK(lines.size() + dropped == kLines);
  CHECK(json::parse(lines.back()).at("n") == kLines - 1);
}
