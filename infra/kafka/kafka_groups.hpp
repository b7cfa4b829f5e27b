#pragma once

#include <memory>
#include <string>
#include <vector>

#include "infra/kafka/settings.hpp"
#include "log/groups.hpp"

namespace ledger::kafka {

class Asker;
class LateLeavers;

// Kafka's consumer groups: cooperative, each member fixed by its name (group.instance.id). Nothing is consumed and no offset is committed:
// only the partitions are shared. Thread-safe; a membership may outlive the object that made it. Throws std::runtime_error when the settings
// are wrong; a broker that is away is no reason to throw.
class KafkaGroups final : public log::Groups {
 public:
  explicit KafkaGroups(KafkaSettings settings);
  ~KafkaGroups() override;

  std::unique_ptr<log::Membership> join(const log::GroupSettings& settings, log::GroupListener& listener) override;
  // While partitions change hands, the broker may show members without any.
  tl::expected<std::vector<log::Member>, log::LogFault> members(const std::string& group, std::chrono::milliseconds timeout) override;

 private:
  const KafkaSettings settings_;
  std::unique_ptr<Asker> asker_;
  const std::shared_ptr<LateLeavers> late_;    // shared with the members
};

}  // namespace ledger::kafka
