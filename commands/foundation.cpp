#include "commands/foundation.hpp"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include "commands/topic_guard.hpp"
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
  if (auto fault = check_beginning(partition, ends->earliest)) return tl::unexpected(std::move(fault->why));
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

enum class Lay : bool { when_missing, never };

// Finds the genesis, or writes one and looks who was first; nothing when it is missing and none is to be laid.
Result<std::optional<log::Genesis>, std::string> ensure_genesis(log::Log& log, const log::Genesis& wanted, const FoundationSettings& settings, Lay lay,
                                                                 std::string_view writer, const std::function<std::string()>& new_uuid) {
  const auto timeout = settings.timeout_ms;
  const auto until = Clock::now() + timeout;
  auto next_try = Clock::now();
  while (true) {
    auto found = find_genesis(log, wanted.partition, timeout);
    if (!found) return tl::unexpected(found.error());
    if (*found || lay == Lay::never) return *found;
    if (wanted.partition_count < settings.partitions) {
      return tl::unexpected("the topic " + wanted.partition.topic + " has " + std::to_string(wanted.partition_count) + " partitions, and kafka-partitions is " +
                            std::to_string(settings.partitions) + ": the count is fixed for life by the first records, which are still to be written. " +
                            "Add partitions, or set kafka-partitions=" + std::to_string(wanted.partition_count));
    }
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
    if (auto fault = check_topic(log, topic_name(settings.topic_prefix, topic), settings)) return tl::unexpected(std::move(fault->why));
  }
  return {};
}

Result<Foundation, std::string> lay_foundation(log::Log& log, const FoundationSettings& settings, std::string_view writer,
                                               const std::function<std::string()>& new_uuid, const std::set<log::PartitionId>& begun) {
  Foundation foundation;
  for (const auto topic : kLogTopics) {
    const std::string name = topic_name(settings.topic_prefix, topic);
    const auto facts = log.facts(name, settings.timeout_ms);
    if (!facts) return tl::unexpected("the topic " + name + " could not be described: " + facts.error().why);
    if (!*facts) return tl::unexpected("there is no topic " + name + ": run `promptledger migrate`");
    log.warm(name, settings.timeout_ms);
    for (std::int32_t number = 0; number < (*facts)->partitions; ++number) {
      const log::Genesis wanted{foundation.ledger.empty() ? new_uuid() : foundation.ledger, {name, number}, (*facts)->partitions};
      foundation.partitions.push_back(wanted.partition);
      const auto lay = begun.contains(wanted.partition) ? Lay::never : Lay::when_missing;
      const auto found = ensure_genesis(log, wanted, settings, lay, writer, new_uuid);
      if (!found) return tl::unexpected(found.error());
      if (!*found) {
        foundation.emptied.insert(wanted.partition);
        continue;
      }
      const auto& genesis = *found;
      if (foundation.ledger.empty()) foundation.ledger = genesis->ledger;
      if (genesis->ledger != foundation.ledger) {
        return tl::unexpected(name_of(wanted.partition) + " belongs to the ledger " + genesis->ledger + ", and the others to " + foundation.ledger +
                              ": use another topic prefix, or the cluster that belongs to this ledger");
      }
      if (auto fault = check_count(name, genesis->partition_count, (*facts)->partitions)) return tl::unexpected(std::move(fault->why));
    }
  }
  return foundation;
}

}  // namespace ledger
