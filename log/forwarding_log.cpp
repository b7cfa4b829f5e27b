#include "log/forwarding_log.hpp"

#include <utility>

namespace ledger::log {

using std::chrono::milliseconds;

Taken ForwardingLog::append(const PartitionId& partition, const Record& record, OnReport on_report) { return behind_.append(partition, record, std::move(on_report)); }

void ForwardingLog::renew_sender() { behind_.renew_sender(); }

std::unique_ptr<Reader> ForwardingLog::read(const std::vector<ReadFrom>& from) { return behind_.read(from); }

tl::expected<Ends, LogFault> ForwardingLog::ends(const PartitionId& partition, milliseconds timeout) { return behind_.ends(partition, timeout); }

tl::expected<std::optional<Arrival>, LogFault> ForwardingLog::at(const PartitionId& partition, Offset offset, milliseconds timeout) { return behind_.at(partition, offset, timeout); }

tl::expected<std::optional<TopicFacts>, LogFault> ForwardingLog::facts(const std::string& topic, milliseconds timeout) { return behind_.facts(topic, timeout); }

tl::expected<void, LogFault> ForwardingLog::create(const NewTopic& topic, milliseconds timeout) { return behind_.create(topic, timeout); }

void ForwardingLog::warm(const std::string& topic, milliseconds timeout) { behind_.warm(topic, timeout); }

}  // namespace ledger::log
