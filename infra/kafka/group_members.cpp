#include <cstdint>
#include <optional>
#include <string_view>

#include "infra/kafka/asker.hpp"

namespace ledger::kafka {

namespace {

// rd_kafka_group_list_destroy takes a pointer to const.
struct GroupListCloser {
  void operator()(const rd_kafka_group_list* list) const noexcept { rd_kafka_group_list_destroy(list); }
};
using GroupList = std::unique_ptr<const rd_kafka_group_list, GroupListCloser>;

// Kafka's own numbers and texts: big-endian, texts behind their length.
class Bytes {
 public:
  Bytes(const void* data, int size) : rest_{static_cast<const char*>(data), static_cast<std::size_t>(size)} {}

  template <class Number>
  std::optional<Number> number() {
    if (rest_.size() < sizeof(Number)) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t n = 0; n < sizeof(Number); ++n) value = value << 8 | static_cast<std::uint8_t>(rest_[n]);
    rest_.remove_prefix(sizeof(Number));
    return static_cast<Number>(value);
  }
  std::optional<std::string> text() {
    const auto size = number<std::int16_t>();
    if (!size || *size < 0 || rest_.size() < static_cast<std::size_t>(*size)) return std::nullopt;
    std::string text{rest_.substr(0, static_cast<std::size_t>(*size))};
    rest_.remove_prefix(text.size());
    return text;
  }

 private:
  std::string_view rest_;
};

// The consumer protocol's assignment: a version, then topics, each with its partitions. As far as it can be read; a member that has not
// been given anything yet has no bytes at all.
std::vector<log::PartitionId> read_assignment(const void* data, int size) {
  std::vector<log::PartitionId> partitions;
  Bytes bytes{data, data == nullptr ? 0 : size};
  (void)bytes.number<std::int16_t>();
  const auto topics = bytes.number<std::int32_t>().value_or(0);
  for (std::int32_t n = 0; n < topics; ++n) {
    const auto topic = bytes.text();
    const auto count = bytes.number<std::int32_t>();
    if (!topic || !count) break;
    for (std::int32_t i = 0; i < *count; ++i) {
      const auto partition = bytes.number<std::int32_t>();
      if (!partition) break;
      partitions.push_back({*topic, *partition});
    }
  }
  return partitions;
}

}  // namespace

std::string to_client_id(const log::GroupSettings& group) { return group.member + " " + group.about; }

// By the older of the library's two calls. The newer one, rd_kafka_DescribeConsumerGroups, ends the whole process by an assertion when the
// group's coordinator goes away at the wrong moment; this one does not tell the members' fixed names, so they travel in the clients' ids.
tl::expected<std::vector<log::Member>, log::LogFault> Asker::members(const std::string& group, std::chrono::milliseconds timeout) {
  const rd_kafka_group_list* found = nullptr;
  const auto error = rd_kafka_list_groups(client_.get(), group.c_str(), &found, static_cast<int>(timeout.count()));
  const GroupList list{found};
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(log::LogFault{describe("the members of " + group, error)});
  std::vector<log::Member> members;
  for (int g = 0; g < list->group_cnt; ++g) {
    const auto& described = list->groups[g];
    if (described.err != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(log::LogFault{describe("the members of " + group, described.err)});
    for (int n = 0; n < described.member_cnt; ++n) {
      const auto& each = described.members[n];
      const std::string_view id = each.client_id == nullptr ? "" : each.client_id;
      const auto space = id.find(' ');
      members.push_back({.member = std::string{id.substr(0, space)},
                         .about = space == std::string_view::npos ? "" : std::string{id.substr(space + 1)},
                         .partitions = read_assignment(each.member_assignment, each.member_assignment_size)});
    }
  }
  return members;
}

}  // namespace ledger::kafka
