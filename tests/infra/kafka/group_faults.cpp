#include <doctest/doctest.h>

#include <mutex>

#include "infra/kafka/kafka_groups.hpp"
#include "infra/kafka/kafka_log.hpp"
#include "tests/infra/kafka/private_broker.hpp"
#include "tests/support/group_witness.hpp"
#include "tests/support/log_probe.hpp"

using namespace ledger;
using namespace std::chrono_literals;
using probe::eventually;
using probe::kPatience;
using probe::Witness;

namespace {

constexpr std::chrono::milliseconds kSession{6'000};      // the least that a broker allows

// What the operator reads of it.
class Lines {
 public:
  kafka::OnLog keep() {
    return [this](int severity, std::string_view line) {
      const std::lock_guard lock{mutex_};
      if (severity <= 4) all_ += std::to_string(severity) + " " + std::string{line} + "\n";
    };
  }
  bool say(const std::string& what) const {
    const std::lock_guard lock{mutex_};
    return all_.find(what) != std::string::npos;
  }

 private:
  mutable std::mutex mutex_;
  std::string all_;
};

log::GroupSettings member(const std::string& name, const std::string& topic) {
  return {.group = topic + ".group", .topics = {topic}, .member = name, .about = "", .session_timeout_ms = kSession};
}

probe::Partitions both(const std::string& topic) { return {{topic, 0}, {topic, 1}}; }

}  // namespace

TEST_CASE("a broker that is away, one that is paused for longer than a session, and one that dies") {
  kafka::PrivateBroker broker;
  kafka::KafkaSettings settings;
  settings.brokers = broker.address();
  settings.request_timeout_ms = 1'000;
  settings.group_leave_ms = 1'000;
  kafka::KafkaLog log{settings};
  kafka::KafkaGroups groups{settings};
  REQUIRE(log.create({.name = "shared", .partitions = 2}, kPatience));

  // Joined while nobody answers: tried again until somebody does.
  broker.kill();
  Witness witness;
  auto membership = groups.join(member("a", "shared"), witness);
  const auto asked = std::chrono::steady_clock::now();
  CHECK_FALSE(groups.members("shared.group", 300ms));
  CHECK(std::chrono::steady_clock::now() - asked < 10s);
  CHECK(witness.has().empty());
  {
    Witness never;
    const auto hopeless = groups.join(member("hopeless", "shared"), never);
  }                                          // left within its bound, though it never got in
  CHECK(std::chrono::steady_clock::now() - asked < 20s);
  broker.start();
  REQUIRE(eventually([&] { return witness.has() == both("shared"); }));

  // Silent for longer than a session: what it had is lost, and comes back.
  broker.pause();
  CHECK(eventually([&] { return witness.times_lost() == 1; }));
  CHECK(witness.has().empty());
  broker.resume();
  CHECK(eventually([&] { return witness.has() == both("shared"); }));

  // Leaving while nobody answers is bounded.
  broker.kill();
  const auto leaving = std::chrono::steady_clock::now();
  membership.reset();
  CHECK(std::chrono::steady_clock::now() - leaving < 10s);
  CHECK(witness.consistent());
}

TEST_CASE("partitions that are not released in time are given away, and the log says so") {
  Lines lines;
  kafka::KafkaSettings settings{.brokers = probe::test_brokers()};
  settings.group_release_ms = 300;
  settings.on_log = lines.keep();
  const auto topic = probe::fresh_topic_name();
  kafka::KafkaLog log{settings};
  kafka::KafkaGroups groups{settings};
  REQUIRE(log.create({.name = topic, .partitions = 2}, kPatience));
  Witness keeps{Witness::Gives::when_told};
  Witness waits;
  const auto first = groups.join(member("a", topic), keeps);
  REQUIRE(eventually([&] { return keeps.has() == both(topic); }));
  const auto second = groups.join(member("b", topic), waits);
  CHECK(eventually([&] { return waits.has().size() == 1; }));
  CHECK(lines.say("were not released in time"));
  keeps.give_back();                         // too late, and harmless
  CHECK(eventually([&] { return keeps.has().size() == 1; }));
}

TEST_CASE("two processes of one name are told so, and take turns") {
  Lines lines;
  kafka::KafkaSettings settings{.brokers = probe::test_brokers()};
  settings.group_rejoin_ms = 1'000;
  settings.on_log = lines.keep();
  const auto topic = probe::fresh_topic_name();
  kafka::KafkaLog log{settings};
  kafka::KafkaGroups groups{settings};
  REQUIRE(log.create({.name = topic, .partitions = 2}, kPatience));
  Witness before, after;
  const auto first = groups.join(member("a", topic), before);
  REQUIRE(eventually([&] { return before.has() == both(topic); }));
  const auto second = groups.join(member("a", topic), after);
  CHECK(eventually([&] { return after.has() == both(topic) && before.times_lost() == 1; }));
  CHECK(eventually([&] { return lines.say("2 group " + topic + ".group, member a: another process has joined under the same name"); }));
  CHECK(eventually([&] { return after.times_lost() == 1 && before.has() == both(topic); }));
}
