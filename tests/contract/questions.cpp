#include <algorithm>

#include "tests/contract/log_contract.hpp"

namespace ledger::contract {

namespace {

std::string setting(const log::TopicFacts& facts, const std::string& name) {
  const auto found = std::find_if(facts.settings.begin(), facts.settings.end(), [&](const auto& entry) { return entry.first == name; });
  return found == facts.settings.end() ? "absent" : found->second;
}

template <class T>
std::string why(const tl::expected<T, log::LogFault>& answer) {
  return answer ? "" : answer.error().why;
}

}  // namespace

TEST_CASE_TEMPLATE("the ends of a partition follow what is stored", Adapter, LEDGER_LOG_ADAPTERS) {
  Subject<Adapter> subject{2};
  for (log::Offset end = 0; end < 3; ++end) {
    const auto ends = subject.log.ends(subject.partition(), kPatience);
    INFO(why(ends));
    REQUIRE(ends);
    CHECK(ends->earliest == 0);
    CHECK(ends->end == end);
    store(subject.log, subject.partition(), record_of("x"));
  }
  const auto other = subject.log.ends(subject.partition(1), kPatience);
  REQUIRE(other);
  CHECK(other->end == 0);
}

TEST_CASE_TEMPLATE("one record is found at its offset, and nothing where there is none", Adapter, LEDGER_LOG_ADAPTERS) {
  Subject<Adapter> subject;
  const log::Record large{"key", {{"ce_name", "value"}, {"ce_name", ""}}, std::string(1024 * 1024, '\0')};
  store(subject.log, subject.partition(), record_of("zero"));
  store(subject.log, subject.partition(), large);
  store(subject.log, subject.partition(), record_of("two"));

  for (int again = 0; again < 3; ++again) {
    const auto found = subject.log.at(subject.partition(), 1, kPatience);
    REQUIRE(found);
    REQUIRE(found->has_value());
    CHECK((*found)->offset == 1);
    CHECK(((*found)->record == large));
    CHECK(((*found)->partition == subject.partition()));
  }
  for (const log::Offset none : {log::Offset{-1}, log::Offset{3}, log::Offset{4}, log::Offset{1'000'000}}) {
    CAPTURE(none);
    const auto found = subject.log.at(subject.partition(), none, kPatience);
    REQUIRE(found);
    CHECK_FALSE(found->has_value());
  }
}

TEST_CASE_TEMPLATE("questions about what is not there are faults in words", Adapter, LEDGER_LOG_ADAPTERS) {
  Subject<Adapter> subject;
  const auto ends = subject.log.ends(subject.partition(9), 500ms);
  REQUIRE_FALSE(ends);
  CHECK_FALSE(ends.error().why.empty());
  const auto found = subject.log.at(subject.partition(9), 0, 500ms);
  REQUIRE_FALSE(found);
  CHECK_FALSE(found.error().why.empty());
}

TEST_CASE_TEMPLATE("a created topic is fit for the ledger", Adapter, LEDGER_LOG_ADAPTERS) {
  Subject<Adapter> subject{3};
  const auto facts = subject.log.facts(subject.topic, kPatience);
  REQUIRE(facts);
  REQUIRE(facts->has_value());
  CHECK((*facts)->partitions == 3);
  CHECK((*facts)->replicas == 1);
  CHECK(setting(**facts, "cleanup.policy") == "delete");
  CHECK(setting(**facts, "retention.ms") == "-1");
  CHECK(setting(**facts, "retention.bytes") == "-1");
  CHECK(setting(**facts, "min.insync.replicas") == "1");
  CHECK(setting(**facts, "unclean.leader.election.enable") == "false");
  CHECK(setting(**facts, "max.message.bytes") == std::to_string(2 * 1024 * 1024));
}

TEST_CASE_TEMPLATE("an absent topic has no facts", Adapter, LEDGER_LOG_ADAPTERS) {
  Subject<Adapter> subject;
  const auto facts = subject.log.facts(fresh_topic_name(), kPatience);
  REQUIRE(facts);
  CHECK_FALSE(facts->has_value());
}

TEST_CASE_TEMPLATE("creating a topic twice changes nothing", Adapter, LEDGER_LOG_ADAPTERS) {
  Subject<Adapter> subject{2};
  store(subject.log, subject.partition(), record_of("x"));
  CHECK(subject.log.create({.name = subject.topic, .partitions = 5}, kPatience));
  const auto facts = subject.log.facts(subject.topic, kPatience);
  REQUIRE(facts);
  REQUIRE(facts->has_value());
  CHECK((*facts)->partitions == 2);
  CHECK(values(read_until(*subject.reader(), 1)) == std::vector<std::string>{"x"});
}

}  // namespace ledger::contract
