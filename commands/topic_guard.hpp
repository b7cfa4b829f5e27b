#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/foundation.hpp"
#include "log/log.hpp"

// What must hold of the log's topics as long as anything is written to them (protocol step 23). Each sentence names the remedy. Blocking.
namespace ledger {

struct TopicFault {
  enum class Kind : std::uint8_t {
    unanswered,                        // it could not be asked, so nobody knows
    unfit,                             // nothing may start on it; what runs goes by its geneses and loses nothing
    can_lose,                          // what is acknowledged from now on may be lost
  };
  Kind kind = Kind::unanswered;
  std::string why;
};
std::string_view to_text(TopicFault::Kind kind);

// One topic of the log: compaction, retention, unclean election, copies, and how it stamps records. Nothing when it is fit.
std::optional<TopicFault> check_topic(log::Log& log, const std::string& topic, const FoundationSettings& settings);
// The same of a topic that was begun, whose partitions these are: also their number, and that each has its beginning.
std::optional<TopicFault> check_begun_topic(log::Log& log, const std::string& topic, const std::vector<log::PartitionId>& partitions, const FoundationSettings& settings);

// Parts of these, for whoever lays the foundation.
std::optional<TopicFault> check_count(const std::string& topic, std::int32_t begun_with, std::int32_t has);
std::optional<TopicFault> check_beginning(const log::PartitionId& partition, log::Offset earliest);

}  // namespace ledger
