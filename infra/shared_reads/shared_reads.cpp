#include "infra/shared_reads/shared_reads.hpp"

#include <utility>

#include "infra/shared_reads/shared_reader.hpp"
#include "infra/shared_reads/trunk.hpp"

namespace ledger::shared_reads {

SharedReads::SharedReads(log::Log& behind, SharedReadsSettings settings)
    : behind_{behind}, trunk_{std::make_shared<Trunk>(behind, settings.window_bytes)} {}

SharedReads::~SharedReads() = default;

std::unique_ptr<log::Reader> SharedReads::read(const std::vector<log::ReadFrom>& from) {
  return std::make_unique<SharedReader>(behind_, trunk_, from);
}

log::Taken SharedReads::append(const log::PartitionId& partition, const log::Record& record, log::OnReport on_report) {
  return behind_.append(partition, record, std::move(on_report));
}

void SharedReads::renew_sender() { behind_.renew_sender(); }

tl::expected<log::Ends, log::LogFault> SharedReads::ends(const log::PartitionId& partition, std::chrono::milliseconds timeout) {
  return behind_.ends(partition, timeout);
}

tl::expected<std::optional<log::Arrival>, log::LogFault> SharedReads::at(const log::PartitionId& partition, log::Offset offset,
                                                                        std::chrono::milliseconds timeout) {
  return behind_.at(partition, offset, timeout);
}

tl::expected<std::optional<log::TopicFacts>, log::LogFault> SharedReads::facts(const std::string& topic, std::chrono::milliseconds timeout) {
  return behind_.facts(topic, timeout);
}

tl::expected<void, log::LogFault> SharedReads::create(const log::NewTopic& topic, std::chrono::milliseconds timeout) {
  return behind_.create(topic, timeout);
}

void SharedReads::warm(const std::string& topic, std::chrono::milliseconds timeout) { behind_.warm(topic, timeout); }

}  // namespace ledger::shared_reads
