#include "infra/kafka/asker.hpp"

namespace ledger::kafka {

namespace {

std::string text_of(const char* text) { return text == nullptr ? std::string{} : std::string{text}; }

log::Member to_member(const rd_kafka_MemberDescription_t* described) {
  log::Member member{.member = text_of(rd_kafka_MemberDescription_group_instance_id(described)),
                     .about = text_of(rd_kafka_MemberDescription_client_id(described)),
                     .partitions = {}};
  const auto* assignment = rd_kafka_MemberDescription_assignment(described);
  const auto* partitions = assignment == nullptr ? nullptr : rd_kafka_MemberAssignment_partitions(assignment);
  for (int n = 0; partitions != nullptr && n < partitions->cnt; ++n) {
    member.partitions.push_back({partitions->elems[n].topic, partitions->elems[n].partition});
  }
  return member;
}

}  // namespace

tl::expected<std::vector<log::Member>, log::LogFault> Asker::members(const std::string& group, std::chrono::milliseconds timeout) {
  const Queue queue{rd_kafka_queue_new(client_.get())};
  const char* asked = group.c_str();
  rd_kafka_DescribeConsumerGroups(client_.get(), &asked, 1, options(RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, timeout).get(), queue.get());
  const auto event = wait(queue.get(), timeout);
  if (!event) return tl::unexpected(event.error());

  std::size_t count = 0;
  const auto** groups = rd_kafka_DescribeConsumerGroups_result_groups(rd_kafka_event_DescribeConsumerGroups_result(event->get()), &count);
  if (count != 1) return tl::unexpected(log::LogFault{"Kafka does not say who is in " + group});
  if (const auto* error = rd_kafka_ConsumerGroupDescription_error(groups[0]); error != nullptr) {
    return tl::unexpected(log::LogFault{"the members of " + group + ": " + rd_kafka_error_string(error)});
  }
  std::vector<log::Member> members;
  for (std::size_t n = 0; n < rd_kafka_ConsumerGroupDescription_member_count(groups[0]); ++n) {
    members.push_back(to_member(rd_kafka_ConsumerGroupDescription_member(groups[0], n)));
  }
  return members;
}

}  // namespace ledger::kafka
