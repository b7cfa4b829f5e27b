#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace ledger {

// The ledger's own log topics (design section 4). What outsiders read are the published topics.
enum class LogTopic : std::uint8_t { prompts, executions, feedback };
inline constexpr std::array kLogTopics{LogTopic::prompts, LogTopic::executions, LogTopic::feedback};

constexpr std::string_view to_text(LogTopic topic) {
  switch (topic) {
    case LogTopic::prompts: return "prompts";
    case LogTopic::executions: return "executions";
    case LogTopic::feedback: return "feedback";
  }
  return "unknown";
}

// promptledger.log.prompts, with the prefix `promptledger`.
inline std::string topic_name(std::string_view prefix, LogTopic topic) { return std::string(prefix).append(".log.").append(to_text(topic)); }

}  // namespace ledger
