#include "projections/published/topics.hpp"

#include <optional>
#include <stdexcept>

namespace ledger::projections {
namespace {

constexpr std::string_view kLogPart = ".log.";

Result<log::TopicFacts, std::string> facts_of(log::Log& log, const std::string& topic,
                                              std::chrono::milliseconds timeout) {
  auto facts = log.facts(topic, timeout);
  if (!facts) return tl::unexpected("the topic " + topic + " could not be described: " + facts.error().why);
  if (!*facts) return tl::unexpected("there is no topic " + topic + ": run `promptledger migrate`");
  return std::move(**facts);
}

long long limit(const log::TopicFacts& facts) {
  const std::string text{facts.setting("max.message.bytes")};
  return text.empty() ? 0 : std::stoll(text);
}

}  // namespace

std::string published_topic(std::string_view log_topic) {
  const auto at = log_topic.rfind(kLogPart);
  if (at == std::string_view::npos) throw std::invalid_argument{std::string{log_topic} + " is no log topic"};
  return std::string{log_topic.substr(0, at)} + "." + std::string{log_topic.substr(at + kLogPart.size())};
}

Result<void, std::string> create_published_topics(log::Log& log, std::span<const std::string> log_topics,
                                                  const log::NewTopic& like, std::chrono::milliseconds timeout) {
  for (const auto& log_topic : log_topics) {
    const auto facts = facts_of(log, log_topic, timeout);
    if (!facts) return tl::unexpected(facts.error());
    auto topic = like;
    topic.name = published_topic(log_topic);
    topic.partitions = facts->partitions;
    const auto created = log.create(topic, timeout);
    if (!created) return tl::unexpected("the topic " + topic.name + " could not be created: " + created.error().why);
  }
  return {};
}

Result<void, std::string> guard_published_topic(log::Log& log, const std::string& log_topic,
                                                std::chrono::milliseconds timeout) {
  const auto name = published_topic(log_topic);
  const auto source = facts_of(log, log_topic, timeout);
  if (!source) return tl::unexpected(source.error());
  const auto facts = facts_of(log, name, timeout);
  if (!facts) return tl::unexpected(facts.error());
  const auto refuse = [&](const std::string& what, const std::string& remedy) {
    return tl::unexpected("nothing is published to " + name + ", which " + what + ". " + remedy);
  };
  if (facts->partitions != source->partitions) {
    return refuse("has " + std::to_string(facts->partitions) + " partitions where the log has " +
                      std::to_string(source->partitions),
                  "Delete it, then run `promptledger migrate` and `promptledger rebuild published`");
  }
  if (const std::string policy{facts->setting("cleanup.policy")}; !policy.empty() && policy != "delete")
    return refuse("is compacted (cleanup.policy=" + policy + ") and would keep one event of a key",
                  "Set cleanup.policy=delete");
  if (facts->setting("unclean.leader.election.enable") == "true")
    return refuse("allows unclean elections, which lose events", "Set unclean.leader.election.enable=false");
  if (limit(*facts) < limit(*source)) {
    return refuse("takes only records of " + std::to_string(limit(*facts)) + " bytes",
                  "Set max.message.bytes=" + std::to_string(limit(*source)) + ", as the log has it");
  }
  return {};
}

}  // namespace ledger::projections
