#include "bench/fill/linked_topics.hpp"

#include <stdexcept>
#include <thread>

#include "commands/foundation.hpp"
#include "commands/topics.hpp"
#include "infra/crypto/uuid.hpp"
#include "log/link_reader.hpp"
#include "log/partitioner.hpp"

namespace ledger::bench {
namespace {

constexpr std::chrono::milliseconds kTimeout{10'000};
constexpr std::string_view kWriter = "bench/fill";

std::int64_t wall_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

log::Head genesis_head(log::Log& log, const log::PartitionId& partition) {
  const auto first = log.at(partition, 0, kTimeout);
  if (!first || !*first) throw std::runtime_error{"the genesis of " + partition.topic + " cannot be read"};
  log::LinkReader reader{partition};
  if (reader.read(**first); !reader.has_head()) throw std::runtime_error{partition.topic + " does not begin with its genesis"};
  return reader.head();
}

}  // namespace

LinkedTopics::LinkedTopics(log::Log& log, const std::string& prefix, std::int32_t partitions)
    : log_{log}, topic_{topic_name(prefix, LogTopic::prompts)}, partitions_{partitions} {
  FoundationSettings settings;
  settings.topic_prefix = prefix;
  settings.partitions = partitions;
  if (const auto created = create_topics(log, settings); !created) throw std::runtime_error{created.error()};
  if (const auto laid = lay_foundation(log, settings, kWriter, [] { return crypto::new_uuid(); }); !laid) throw std::runtime_error{laid.error()};
  for (std::int32_t number = 0; number < partitions; ++number) heads_[number] = genesis_head(log, {topic_, number});
}

void LinkedTopics::append(const RecordedEvent& event) {
  auto sealed = seal(event);
  log::Record record{event.partition_key, std::move(sealed.headers), std::move(sealed.value)};
  const auto number = log::partition_of(record.key, partitions_);
  heads_[number] = log::link(record, heads_[number], kWriter, wall_us());
  const auto until = std::chrono::steady_clock::now() + kTimeout;
  for (;;) {
    const auto taken = log_.append({topic_, number}, record, [this](const log::Report& report) { ++(report.offset ? stored_ : lost_); });
    if (taken == log::Taken::yes) break;
    if (taken == log::Taken::broken || std::chrono::steady_clock::now() > until) throw std::runtime_error{"the log does not take " + topic_};
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  ++appended_;
  value_bytes_ += record.value.size();
  record_bytes_ += record.bytes();
}

void LinkedTopics::settle(std::chrono::milliseconds timeout) {
  const auto until = std::chrono::steady_clock::now() + timeout;
  while (stored_ + lost_ < appended_ && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(std::chrono::milliseconds{1});
  if (stored_ < appended_) throw std::runtime_error{std::to_string(appended_ - stored_) + " records are not in the log: the chain is broken"};
}

std::string fresh_prefix() { return "bench-" + crypto::new_uuid(); }

}  // namespace ledger::bench
