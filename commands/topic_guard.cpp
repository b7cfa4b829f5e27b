#include "commands/topic_guard.hpp"

#include <charconv>
#include <utility>

namespace ledger {
namespace {

using Kind = TopicFault::Kind;

// What a setting is, when that is a number.
std::optional<long> number(const log::TopicFacts& facts, std::string_view name) {
  const auto text = facts.setting(name);
  long read = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return read;
}

TopicFault loses(const std::string& topic, const std::string& what, const std::string& remedy) {
  return {Kind::can_lose, "the topic " + topic + " " + what + ", which can lose what was acknowledged. " + remedy};
}

std::optional<TopicFault> check_keeping(const std::string& topic, const log::TopicFacts& facts) {
  struct Wanted {
    std::string_view name, value, else_it;
  };
  for (const auto& [name, value, else_it] : {Wanted{"cleanup.policy", "delete", "is compacted"}, Wanted{"retention.ms", "-1", "forgets old records"},
                                             Wanted{"retention.bytes", "-1", "forgets old records"},
                                             Wanted{"unclean.leader.election.enable", "false", "allows unclean elections"}}) {
    const auto said = facts.setting(name);
    if (said.empty() || said == value) continue;
    return loses(topic, std::string(else_it) + " (" + std::string(name) + "=" + std::string(said) + ")", "Set " + std::string(name) + "=" + std::string(value));
  }
  return std::nullopt;
}

std::optional<TopicFault> check_copies(const std::string& topic, const log::TopicFacts& facts, const FoundationSettings& settings) {
  if (facts.replicas != 0 && facts.replicas < settings.replicas) {
    return loses(topic, "has " + std::to_string(facts.replicas) + " replicas and kafka-replication-factor is " + std::to_string(settings.replicas),
                 "Reassign its partitions to more brokers, or lower kafka-replication-factor");
  }
  const auto in_sync = number(facts, "min.insync.replicas");
  if (in_sync && *in_sync < settings.min_insync_replicas) {
    return loses(topic, "has min.insync.replicas=" + std::to_string(*in_sync) + " and kafka-min-insync-replicas is " + std::to_string(settings.min_insync_replicas),
                 "Set min.insync.replicas=" + std::to_string(settings.min_insync_replicas));
  }
  return std::nullopt;
}

std::optional<TopicFault> check_records(const std::string& topic, const log::TopicFacts& facts, const FoundationSettings& settings) {
  const auto stamps = facts.setting("message.timestamp.type");
  if (!stamps.empty() && stamps != "LogAppendTime") {
    return TopicFault{Kind::unfit, "the topic " + topic + " does not stamp records with its own clock (message.timestamp.type=" + std::string(stamps) +
                                       "), so that ours cannot be compared. Set message.timestamp.type=LogAppendTime"};
  }
  const auto largest = number(facts, "max.message.bytes");
  if (largest && *largest < settings.max_message_bytes) {
    return TopicFault{Kind::unfit, "the topic " + topic + " takes no record of more than " + std::to_string(*largest) +
                                       " bytes, and the ledger writes some. Set max.message.bytes=" + std::to_string(settings.max_message_bytes)};
  }
  return std::nullopt;
}

struct Found {
  std::optional<TopicFault> fault;
  std::int32_t partitions = 0;
};

Found look(log::Log& log, const std::string& topic, const FoundationSettings& settings) {
  const auto facts = log.facts(topic, settings.timeout_ms);
  if (!facts) return {TopicFault{Kind::unanswered, "the topic " + topic + " could not be described: " + facts.error().why}};
  if (!*facts) return {loses(topic, "is not there", "Restore it; of a new ledger, run `promptledger migrate`")};
  auto fault = check_keeping(topic, **facts);
  if (!fault) fault = check_copies(topic, **facts, settings);
  if (!fault) fault = check_records(topic, **facts, settings);
  return {std::move(fault), (*facts)->partitions};
}

}  // namespace

std::string_view to_text(TopicFault::Kind kind) {
  switch (kind) {
    case Kind::unanswered: return "unanswered";
    case Kind::unfit: return "unfit";
    case Kind::can_lose: return "can_lose";
  }
  return "unknown";
}

std::optional<TopicFault> check_count(const std::string& topic, std::int32_t begun_with, std::int32_t has) {
  if (has == begun_with) return std::nullopt;
  return TopicFault{Kind::unfit, "the topic " + topic + " was begun with " + std::to_string(begun_with) + " partitions and has " + std::to_string(has) +
                                     " now: the count is fixed for life, since keys would move. Restore the topic"};
}

std::optional<TopicFault> check_beginning(const log::PartitionId& partition, log::Offset earliest) {
  if (earliest == 0) return std::nullopt;
  return loses(partition.topic, "begins at offset " + std::to_string(earliest) + " in partition " + std::to_string(partition.number) + ": its beginning was deleted",
               "The ledger needs the whole log: restore the topic and set retention.ms=-1, retention.bytes=-1");
}

std::optional<TopicFault> check_topic(log::Log& log, const std::string& topic, const FoundationSettings& settings) { return look(log, topic, settings).fault; }

std::optional<TopicFault> check_begun_topic(log::Log& log, const std::string& topic, const std::vector<log::PartitionId>& partitions, const FoundationSettings& settings) {
  auto found = look(log, topic, settings);
  if (found.fault) return std::move(found.fault);
  for (const auto& partition : partitions) {
    const auto ends = log.ends(partition, settings.timeout_ms);
    if (!ends) return TopicFault{Kind::unanswered, "the beginning of " + topic + "/" + std::to_string(partition.number) + " could not be asked: " + ends.error().why};
    if (auto fault = check_beginning(partition, ends->earliest)) return fault;
  }
  return check_count(topic, static_cast<std::int32_t>(partitions.size()), found.partitions);
}

}  // namespace ledger
