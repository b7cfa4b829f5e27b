#include "infra/kafka/kafka_log.hpp"

#include <algorithm>
#include <utility>

#include "infra/kafka/asker.hpp"
#include "infra/kafka/leader_watch.hpp"
#include "infra/kafka/reader.hpp"
#include "infra/kafka/sender.hpp"

namespace ledger::kafka {

namespace {

std::chrono::milliseconds ms(std::int32_t value) { return std::chrono::milliseconds{value}; }

}  // namespace

KafkaLog::KafkaLog(KafkaSettings settings)
    : settings_{std::move(settings)},
      asker_{std::make_unique<Asker>(settings_)},
      watch_{std::make_unique<LeaderWatch>(*asker_, ms(settings_.leader_check_ms), ms(settings_.request_timeout_ms))},
      sender_{std::make_shared<Sender>(settings_)} {}

KafkaLog::~KafkaLog() { sender_->drain(ms(settings_.close_timeout_ms)); }

log::Taken KafkaLog::append(const log::PartitionId& partition, const log::Record& record, log::OnReport on_report) {
  const std::lock_guard lock{sender_mutex_};
  return sender_->append(partition, record, std::move(on_report));
}

void KafkaLog::renew_sender() {
  const std::lock_guard renewing{renew_mutex_};
  auto next = std::make_shared<Sender>(settings_);
  next->open(sender()->topics());
  {
    const std::lock_guard lock{sender_mutex_};
    sender_.swap(next);
  }
  // Giving the old one up can take a second, so it has a thread. The one before it must be through: that bounds the senders alive.
  retiring_ = std::jthread{[old = std::move(next)]() mutable { old.reset(); }};
}

std::shared_ptr<Sender> KafkaLog::sender() {
  const std::lock_guard lock{sender_mutex_};
  return sender_;
}

std::unique_ptr<log::Reader> KafkaLog::read(const std::vector<log::ReadFrom>& from) {
  std::vector<log::PartitionId> partitions;
  for (const auto& place : from) partitions.push_back(place.partition);
  const auto disturbances = std::make_shared<Disturbances>(std::move(partitions));
  auto reader = std::make_unique<Reader>(settings_, from, disturbances);
  watch_->add(disturbances);
  return reader;
}

tl::expected<log::Ends, log::LogFault> KafkaLog::ends(const log::PartitionId& partition, std::chrono::milliseconds timeout) {
  return asker_->ends(partition, timeout);
}

tl::expected<std::optional<log::Arrival>, log::LogFault> KafkaLog::at(const log::PartitionId& partition, log::Offset offset,
                                                                      std::chrono::milliseconds timeout) {
  return asker_->at(partition, offset, timeout);
}

tl::expected<std::optional<log::TopicFacts>, log::LogFault> KafkaLog::facts(const std::string& topic, std::chrono::milliseconds timeout) {
  return asker_->facts(topic, timeout);
}

tl::expected<void, log::LogFault> KafkaLog::create(const log::NewTopic& topic, std::chrono::milliseconds timeout) {
  return asker_->create(topic, timeout);
}

void KafkaLog::warm(const std::string& topic, std::chrono::milliseconds timeout) { sender()->warm(topic, timeout); }

}  // namespace ledger::kafka
