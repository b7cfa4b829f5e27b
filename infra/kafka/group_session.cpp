#include "infra/kafka/group_session.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "infra/kafka/asker.hpp"

namespace ledger::kafka {

namespace {

constexpr int kServeMs = 50;                 // how late the thread notices that it shall stop
constexpr int kHeldMs = 5;                   // and how late that partitions were released
constexpr int kWarningSeverity = 4;          // as in syslog

Properties member_properties(const KafkaSettings& kafka, const log::GroupSettings& group) {
  const auto session_ms = group.session_timeout_ms.count();
  // Until then the others wait for one that is being asked to join again; a held revocation is the longest time it may take.
  const auto rejoin_ms = std::max<std::int64_t>(session_ms, kafka.group_release_ms + session_ms);
  return {
      {"group.id", group.group},
      {"group.instance.id", group.member},
      {"client.id", to_client_id(group)},
      {"partition.assignment.strategy", "cooperative-sticky"},
      {"session.timeout.ms", std::to_string(session_ms)},
      {"heartbeat.interval.ms", std::to_string(kafka.group_heartbeat_ms)},
      {"max.poll.interval.ms", std::to_string(rejoin_ms)},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"allow.auto.create.topics", "false"},
      // How late a topic is found that is not there yet, or that a broker does not know yet right after its start: until then nobody joins.
      {"topic.metadata.refresh.interval.ms", std::to_string(kafka.leader_check_ms)},
  };
}

PartitionList to_list(const std::vector<std::string>& topics) {
  PartitionList list{rd_kafka_topic_partition_list_new(static_cast<int>(topics.size()))};
  for (const auto& topic : topics) rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  return list;
}

std::vector<log::PartitionId> partitions_of(rd_kafka_event_t* event) {
  std::vector<log::PartitionId> partitions;
  const auto* list = rd_kafka_event_topic_partition_list(event);   // the event's own
  for (int n = 0; list != nullptr && n < list->cnt; ++n) partitions.push_back({list->elems[n].topic, list->elems[n].partition});
  return partitions;
}

// The answers that the library waits for after each change. The lists are empty: what it is to fetch does not change.
void agree_to_assignment(rd_kafka_t* client) {
  const PartitionList none{rd_kafka_topic_partition_list_new(0)};
  const Failure ignored{rd_kafka_incremental_assign(client, none.get())};
}

void agree_to_revocation(rd_kafka_t* client) {
  const PartitionList none{rd_kafka_topic_partition_list_new(0)};
  const Failure ignored{rd_kafka_incremental_unassign(client, none.get())};
}

}  // namespace

GroupSession::GroupSession(const KafkaSettings& kafka, const log::GroupSettings& group, log::GroupListener& listener)
    : kafka_{kafka}, group_{group}, listener_{listener}, parts_{std::make_unique<Parts>()} {
  parts_->callbacks.on_log = kafka.on_log;
  parts_->callbacks.events = RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_ERROR;
  parts_->client = open_client(RD_KAFKA_CONSUMER, kafka, member_properties(kafka, group), parts_->callbacks);
  rd_kafka_poll_set_consumer(parts_->client.get());
  parts_->queue.reset(rd_kafka_queue_get_consumer(parts_->client.get()));
  if (const auto error = rd_kafka_subscribe(parts_->client.get(), to_list(group.topics).get()); error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw KafkaFault{describe("joining " + group.group, error)};
  }
}

bool GroupSession::serve() {
  const Event event{rd_kafka_queue_poll(parts_->queue.get(), revocation_ ? kHeldMs : kServeMs)};
  if (event) take(event.get());
  if (revocation_ && (*revocation_->released || Clock::now() >= revocation_->until)) let_go();
  return fault_.empty();
}

void GroupSession::take(rd_kafka_event_t* event) {
  switch (rd_kafka_event_type(event)) {
    case RD_KAFKA_EVENT_REBALANCE: return rebalance(event);
    case RD_KAFKA_EVENT_ERROR: return failed(event);
    default: return;
  }
}

void GroupSession::rebalance(rd_kafka_event_t* event) {
  const auto partitions = partitions_of(event);
  if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    joined_ = true;
    agree_to_assignment(parts_->client.get());
    mine_.insert(partitions.begin(), partitions.end());
    if (!partitions.empty()) listener_.assigned(partitions);
    return;
  }
  if (rd_kafka_assignment_lost(parts_->client.get()) != 0) {
    for (const auto& partition : partitions) mine_.erase(partition);
    listener_.lost(partitions);
    agree_to_revocation(parts_->client.get());
    return;
  }
  revocation_ = {.partitions = partitions,
                 .released = std::make_shared<std::atomic<bool>>(false),
                 .until = Clock::now() + std::chrono::milliseconds{kafka_.group_release_ms}};
  listener_.revoked(partitions, [released = revocation_->released] { *released = true; });
}

void GroupSession::let_go() {
  if (!*revocation_->released && kafka_.on_log) {
    kafka_.on_log(kWarningSeverity, "group " + group_.group + ": partitions were not released in time; they are given away all the same");
  }
  for (const auto& partition : revocation_->partitions) mine_.erase(partition);
  revocation_.reset();
  agree_to_revocation(parts_->client.get());
}

void GroupSession::failed(rd_kafka_event_t* event) {
  std::array<char, 512> why{};
  const auto fatal = rd_kafka_fatal_error(parts_->client.get(), why.data(), why.size());
  if (fatal == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const std::string error = rd_kafka_event_error_string(event);
    if (error != last_error_ && kafka_.on_log) kafka_.on_log(kWarningSeverity, "group " + group_.group + ": " + error);
    last_error_ = error;
    return;
  }
  fault_ = fatal == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID
               ? "another process has joined under the same name: give every process a name of its own"
               : describe(why.data(), fatal);
  revocation_.reset();
  if (!mine_.empty()) listener_.lost({mine_.begin(), mine_.end()});
  mine_.clear();
}

// One event, with the library's answer but without the listener, who is not to hear any more.
void GroupSession::answer_unheard() {
  const Event event{rd_kafka_queue_poll(parts_->queue.get(), kHeldMs)};
  if (!event || rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_REBALANCE) return;
  if (rd_kafka_event_error(event.get()) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    joined_ = true;
    agree_to_assignment(parts_->client.get());
  } else {
    agree_to_revocation(parts_->client.get());
  }
}

// A member by name says nothing when its client is closed, and its partitions would be nobody's until its session ends. Unsubscribing says
// it: the library then tells the broker, and forgets the member's id when it has. In the middle of being joined it does so only when that is
// over and the assignment was answered; until then the place is kept by heartbeats, with nobody behind it.
bool GroupSession::leave(std::chrono::milliseconds patience) {
  const auto until = Clock::now() + patience;
  while (!joined_ && Clock::now() < until) answer_unheard();
  if (!unsubscribed_) unsubscribe();
  while (is_member()) {
    if (Clock::now() >= until) return false;
    answer_unheard();
  }
  return true;
}

void GroupSession::unsubscribe() {
  if (revocation_) agree_to_revocation(parts_->client.get());
  rd_kafka_unsubscribe(parts_->client.get());
  unsubscribed_ = true;
}

bool GroupSession::is_member() {
  auto* const client = parts_->client.get();
  if (rd_kafka_fatal_error(client, nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR) return false;   // another has its name
  char* const id = rd_kafka_memberid(client);
  const bool member = id != nullptr && *id != '\0';
  rd_kafka_mem_free(client, id);
  return member;
}

GroupSession::~GroupSession() {
  auto* const client = parts_->client.get();
  if (!joined_ || (unsubscribed_ && is_member())) {
    // The library 2.0.2 ends the whole process when a client is destroyed between its first joining and its first assignment (its issue
    // 4312), and does not say whether it is there. The client has unsubscribed: it stays behind, silent and idle. So does one whose
    // leave nobody takes, as closing would wait for the same once more.
    rd_kafka_set_log_level(client, 0);
    (void)parts_.release();
    return;
  }
  const auto until = Clock::now() + std::chrono::milliseconds{kafka_.group_leave_ms};
  const Failure ignored{rd_kafka_consumer_close_queue(client, parts_->queue.get())};
  while (rd_kafka_consumer_closed(client) == 0 && Clock::now() < until) answer_unheard();
  parts_->queue.reset();
  rd_kafka_destroy_flags(parts_->client.release(), RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

}  // namespace ledger::kafka
