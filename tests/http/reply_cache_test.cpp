#include "http/reply_cache.hpp"

#include <doctest/doctest.h>

using namespace ledger;
using namespace ledger::http;
using namespace std::chrono_literals;

namespace {

const ReplyCache::Clock::time_point kStart{};
constexpr auto kTag = "prompt-name/demo/greet";

ReplyCache::Basis basis(std::uint64_t version, const std::string& prompt = "a") { return {"prompt/" + prompt, version, "ws/1", kTag}; }

RecordedEvent event(std::uint64_t sequence, const std::string& prompt = "a", std::vector<std::string> tags = {}) {
  RecordedEvent made;
  made.stream = {"prompt", prompt};
  made.sequence = sequence;
  made.partition_key = "ws/1";
  made.tags = std::move(tags);
  return made;
}

Reply reply(std::string body) {
  Reply made;
  made.body = std::move(body);
  return made;
}

}  // namespace

TEST_CASE("a kept answer") {
  ReplyCache cache;
  cache.put("k", reply("v1"), basis(1), kStart);
  REQUIRE(cache.find("k", kStart));
  CHECK(cache.find("k", kStart)->body == "v1");

  SUBCASE("goes when its prompt changes") {
    cache.on_counted(event(2), kStart);
    CHECK_FALSE(cache.find("k", kStart));
  }
  SUBCASE("goes when another prompt takes the name") {
    cache.on_counted(event(1, "b", {kTag}), kStart);
    CHECK_FALSE(cache.find("k", kStart));
  }
  SUBCASE("stays when another prompt changes, or the same name in another workspace") {
    cache.on_counted(event(7, "b"), kStart);
    auto elsewhere = event(1, "c", {kTag});
    elsewhere.partition_key = "ws/2";
    cache.on_counted(elsewhere, kStart);
    CHECK(cache.find("k", kStart));
  }
  SUBCASE("does not outlive its time") { CHECK_FALSE(cache.find("k", kStart + 30s)); }
  SUBCASE("is replaced by a later one, and dropped once") {
    cache.put("k", reply("v1 again"), basis(1), kStart + 31s);
    CHECK(cache.find("k", kStart + 31s)->body == "v1 again");
    cache.on_counted(event(2), kStart + 31s);
    CHECK(cache.size() == 0);
  }
}

TEST_CASE("an answer that was read before a change and comes after it is not kept") {
  ReplyCache cache;
  cache.on_counted(event(2), kStart);
  cache.put("k", reply("v1"), basis(1), kStart + 1ms);
  CHECK_FALSE(cache.find("k", kStart + 1ms));
  cache.put("k", reply("v2"), basis(2), kStart + 2ms);
  CHECK(cache.find("k", kStart + 2ms));
}

TEST_CASE("an answer about a name that another prompt has taken meanwhile is not kept") {
  ReplyCache cache;
  cache.on_counted(event(5, "a", {kTag}), kStart);   // gives it up
  cache.on_counted(event(1, "b", {kTag}), kStart);   // takes it
  cache.put("k", reply("a"), basis(5, "a"), kStart);
  CHECK_FALSE(cache.find("k", kStart));
  cache.put("k", reply("b"), basis(1, "b"), kStart);
  CHECK(cache.find("k", kStart));
}

TEST_CASE("with more changes than it can remember nothing is kept for a while") {
  ReplyCache cache({.max_marks = 2});
  for (std::uint64_t n = 1; n <= 3; ++n) cache.on_counted(event(1, "p" + std::to_string(n)), kStart);
  cache.put("k", reply("v"), basis(1, "q"), kStart + 1s);
  CHECK_FALSE(cache.find("k", kStart + 1s));
  cache.put("k", reply("v"), basis(1, "q"), kStart + 11s);
  CHECK(cache.find("k", kStart + 11s));
}

TEST_CASE("the cache stays within its bytes") {
  ReplyCache cache({.max_bytes = 1000});
  for (int n = 0; n < 100; ++n) cache.put("k" + std::to_string(n), reply(std::string(90, 'x')), basis(1, std::to_string(n)), kStart);
  CHECK(cache.size() >= 1);
  CHECK(cache.size() <= 11);
}
