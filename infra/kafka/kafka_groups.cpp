#include "infra/kafka/kafka_groups.hpp"

#include <utility>

#include "infra/kafka/asker.hpp"
#include "infra/kafka/group_member.hpp"

namespace ledger::kafka {

KafkaGroups::KafkaGroups(KafkaSettings settings) : settings_{std::move(settings)}, asker_{std::make_unique<Asker>(settings_)}, late_{std::make_shared<LateLeavers>()} {}

KafkaGroups::~KafkaGroups() = default;

std::unique_ptr<log::Membership> KafkaGroups::join(const log::GroupSettings& settings, log::GroupListener& listener) {
  return std::make_unique<GroupMember>(settings_, settings, listener, late_);
}

tl::expected<std::vector<log::Member>, log::LogFault> KafkaGroups::members(const std::string& group, std::chrono::milliseconds timeout) {
  return asker_->members(group, timeout);
}

}  // namespace ledger::kafka
