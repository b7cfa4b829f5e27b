#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "domain/result.hpp"
#include "log/log.hpp"

// The topics that outsiders read: one beside each log topic, with as many partitions. Blocking; every question to the
// log is bounded by `timeout`.
namespace ledger::projections {

// `promptledger.prompts` beside `promptledger.log.prompts`. Throws std::invalid_argument when it is no log topic's
// name.
std::string published_topic(std::string_view log_topic);

// Creates those that are missing. `like` says what they have in common with the log topics: replicas and limits; its
// name and number of partitions are not used.
Result<void, std::string> create_published_topics(log::Log& log, std::span<const std::string> log_topics,
                                                  const log::NewTopic& like, std::chrono::milliseconds timeout);

// Refuses the topic beside this log topic when it could not take every event, or could lose one that no retention of
// the operator's took: another number of partitions, compaction, unclean elections, a smaller limit on records. The
// sentence names the remedy.
Result<void, std::string> guard_published_topic(log::Log& log, const std::string& log_topic,
                                                std::chrono::milliseconds timeout);

}  // namespace ledger::projections
