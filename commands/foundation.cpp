#include "commands/foundation.hpp"

#include <algorithm>
#include <optional>
#include <thread>

#include "commands/topics.hpp"
#include "log/link_reader.hpp"

namespace ledger {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kGenesisAgain{1};
constexpr std::size_t kFirstRecords = 100;   // how far a genesis is looked for at a time

std::int64_t wall_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string name_of(const log::PartitionId& partition) { return partition.topic + "/" + std::to_string(partition.number); }

// The partition's genesis, reading at most up to where it ends now; nothing when there is none yet.
Result<std::optional<log::Genesis>, std::string> find_genesis(log::Log& log, const log::PartitionId& partition, std::chrono::milliseconds timeout) {
  const auto ends = log.ends(partition, timeout);
  if (!ends) return tl::unexpected("the end of " + name_of(partition) + " could not be asked: " + ends.error().why);
  if (ends->earliest != 0) {
    return tl::unexpected(name_of(partition) + " begins at offset " + std::to_string(ends->earliest) +
                          ": its beginning was deleted. The ledger needs the whole log: restore the topic and set retention.ms=-1, retention.bytes=-1");
  }
  if (ends->end == 0) return std::nullopt;
  log::LinkReader links(partition);
  const auto reader = log.read({{partition, 0}});
  const auto until = Clock::now() + timeout;
  while (Clock::now() < until) {
    for (const auto& arrival : reader->poll(std::chrono::milliseconds(50), kFirstRecords).arrivals) {
      const auto verdict = links.read(arrival);
      if (const auto* halt = std::get_if<log::Halt>(&verdict)) {
        return tl::unexpected("the record at offset " + std::to_string(arrival.offset) + " of " + name_of(partition) + " cannot be passed over: " + halt->why);
      }
      if (links.has_head()) return links.genesis();
    }
    if (links.anchor().next_offset >= ends->end) return std::nullopt;
  }
  return tl::unexpected("the beginning of " + name_of(partition) + " could not be read within " + std::to_string(timeout.count()) + " ms");
}

// Finds the genesis, or writes one and looks who was first.
Result<log::Genesis, std::string> ensure_genesis(log::Log& log, const log::Genesis& wanted, std::string_view writer,
                                                 const std::function<std::string()>& new_uuid, std::chrono::milliseconds timeout) {
  const auto until = Clock::now() + timeout;
  auto next_try = Clock::now();
  while (true) {
    auto found = find_genesis(log, wanted.partition, timeout);
    if (!found) return tl::unexpected(found.error());
    if (*found) return **found;
    if (Clock::now() >= until) return tl::unexpected("the first record of " + name_of(wanted.partition) + " could not be written within " + std::to_string(timeout.count()) + " ms");
    // The report does not matter: what is read back does. One that does not arrive is followed by another; a second that does is void.
    if (Clock::now() >= next_try) {
      const auto taken = log.append(wanted.partition, log::make_genesis(wanted, new_uuid(), writer, wall_us()), [](const log::Report&) {});
      if (taken == log::Taken::yes) next_try = Clock::now() + kGenesisAgain;
      if (taken == log::Taken::broken) log.renew_sender();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

std::string setting(const log::TopicFacts& facts, std::string_view name) {
  for (const auto& [key, value] : facts.settings) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace

Result<void, std::string> create_topics(log::Log& log, const FoundationSettings& settings) {
  for (const auto topic : kLogTopics) {
    const auto created = log.create({topic_name(settings.topic_prefix, topic), settings.partitions, settings.replicas, settings.min_insync_replicas,
                                     settings.max_message_bytes},
                                    settings.timeout_ms);
    if (!created) return tl::unexpected("the topic " + topic_name(settings.topic_prefix, topic) + " could not be created: " + created.error().why);
  }
  return {};
}

Result<void, std::string> guard_topics(log::Log& log, const FoundationSettings& settings) {
  for (const auto topic : kLogTopics) {
    const std::string name = topic_name(settings.topic_prefix, topic);
    const auto facts = log.facts(name, settings.timeout_ms);
    if (!facts) return tl::unexpected("the topic " + name + " could not be described: " + facts.error().why);
    if (!*facts) return tl::unexpected("there is no topic " + name + ": run `promptledger migrate`");
    const auto refuse = [&](const std::string& what, const std::string& remedy) {
      return tl::unexpected("the topic " + name + " " + what + ", which can lose what was acknowledged. " + remedy);
    };
    const auto is = [&](std::string_view key, std::string_view value) {
      const auto said = setting(**facts, key);
      return said.empty() || said == value;
    };
    if (!is("cleanup.policy", "delete")) return refuse("is compacted (cleanup.policy=" + setting(**facts, "cleanup.policy") + ")", "Set cleanup.policy=delete");
    if (!is("retention.ms", "-1")) return refuse("has retention.ms=" + setting(**facts, "retention.ms"), "Set retention.ms=-1");
    if (!is("retention.bytes", "-1")) return refuse("has retention.bytes=" + setting(**facts, "retention.bytes"), "Set retention.bytes=-1");
    if (!is("unclean.leader.election.enable", "false")) return refuse("allows unclean elections", "Set unclean.leader.election.enable=false");
    if ((*facts)->replicas != 0 && (*facts)->replicas < settings.replicas) {
      return refuse("has " + std::to_string((*facts)->replicas) + " replicas and " + std::to_string(settings.replicas) + " are configured",
                    "Reassign its partitions or change replicas");
    }
    const auto insync = setting(**facts, "min.insync.replicas");
    if (!insync.empty() && std::stol(insync) < settings.min_insync_replicas) {
      return refuse("has min.insync.replicas=" + insync + " and " + std::to_string(settings.min_insync_replicas) + " is configured", "Raise it");
    }
  }
  return {};
}

Result<Foundation, std::string> lay_foundation(log::Log& log, const FoundationSettings& settings, std::string_view writer,
                                               const std::function<std::string()>& new_uuid) {
  Foundation foundation;
  for (const auto topic : kLogTopics) {
    const std::string name = topic_name(settings.topic_prefix, topic);
    const auto facts = log.facts(name, settings.timeout_ms);
    if (!facts) return tl::unexpected("the topic " + name + " could not be described: " + facts.error().why);
    if (!*facts) return tl::unexpected("there is no topic " + name + ": run `promptledger migrate`");
    log.warm(name, settings.timeout_ms);
    for (std::int32_t number = 0; number < (*facts)->partitions; ++number) {
      const log::Genesis wanted{foundation.ledger.empty() ? new_uuid() : foundation.ledger, {name, number}, (*facts)->partitions};
      const auto genesis = ensure_genesis(log, wanted, writer, new_uuid, settings.timeout_ms);
      if (!genesis) return tl::unexpected(genesis.error());
      if (foundation.ledger.empty()) foundation.ledger = genesis->ledger;
      if (genesis->ledger != foundation.ledger) {
        return tl::unexpected(name_of(wanted.partition) + " belongs to the ledger " + genesis->ledger + ", and the others to " + foundation.ledger +
                              ": use another topic prefix, or the cluster that belongs to this ledger");
      }
      if (genesis->partition_count != (*facts)->partitions) {
        return tl::unexpected("the topic " + name + " was begun with " + std::to_string(genesis->partition_count) + " partitions and has " +
                              std::to_string((*facts)->partitions) + " now: the count is fixed for life, since keys would move. Restore the topic");
      }
      foundation.partitions.push_back(wanted.partition);
    }
  }
  return foundation;
}

}  // namespace ledger
