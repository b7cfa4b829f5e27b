#include "infra/kafka/asker.hpp"

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

#include "infra/kafka/reader.hpp"

namespace ledger::kafka {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kAgain{10};   // between two tries of what passes
constexpr int kNudgeMs = 10;

// One record is asked for at a time, so nothing is fetched ahead, and a fetch at the end of a partition does not wait for more.
Properties asker_properties() {
  return {
      {"isolation.level", "read_uncommitted"}, {"auto.offset.reset", "error"}, {"enable.partition.eof", "true"},
      {"enable.auto.commit", "false"},         {"check.crcs", "true"},         {"fetch.wait.max.ms", "1"},
      {"fetch.error.backoff.ms", "5"},         {"queued.min.messages", "1"},   {"fetch.message.max.bytes", "1"},
  };
}

int rest_ms(Clock::time_point deadline) {
  const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::max<std::int64_t>(rest, 0));
}

// A partition being read from an offset, until the end of the scope.
class Reading {
 public:
  Reading(rd_kafka_topic_t* topic, std::int32_t partition, log::Offset offset) : topic_{topic}, partition_{partition} {
    started_ = rd_kafka_consume_start(topic, partition, offset) == 0;
  }
  ~Reading() {
    if (started_) rd_kafka_consume_stop(topic_, partition_);
  }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  bool started() const { return started_; }

 private:
  rd_kafka_topic_t* const topic_;
  const std::int32_t partition_;
  bool started_ = false;
};

// Errors after which the library tries again by itself.
bool passes(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR__TRANSPORT || error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN ||
         error == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION || error == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
}

}  // namespace

Asker::Asker(const KafkaSettings& settings)
    : callbacks_{.on_log = settings.on_log, .on_error = nullptr, .on_delivery = nullptr},
      client_{open_client(RD_KAFKA_CONSUMER, settings, asker_properties(), callbacks_)} {}

// By the call for times, which takes the protocol's names for both ends as well: rd_kafka_query_watermark_offsets ignores its time-out while
// a broker does not answer.
tl::expected<log::Offset, log::LogFault> Asker::bound(const log::PartitionId& partition, std::int64_t which, std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  const PartitionList asked{rd_kafka_topic_partition_list_new(1)};
  auto* const entry = rd_kafka_topic_partition_list_add(asked.get(), partition.topic.c_str(), partition.number);
  for (;;) {
    entry->offset = which;
    auto error = rd_kafka_offsets_for_times(client_.get(), asked.get(), rest_ms(deadline));
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = entry->err;
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return entry->offset;
    if (!passes(error) || rest_ms(deadline) == 0) return tl::unexpected(log::LogFault{describe("the bounds of " + partition.topic, error)});
    std::this_thread::sleep_for(kAgain);
  }
}

tl::expected<log::Ends, log::LogFault> Asker::ends(const log::PartitionId& partition, std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  const auto earliest = bound(partition, RD_KAFKA_OFFSET_BEGINNING, timeout);
  if (!earliest) return tl::unexpected(earliest.error());
  const auto end = bound(partition, RD_KAFKA_OFFSET_END, std::chrono::milliseconds{rest_ms(deadline)});
  if (!end) return tl::unexpected(end.error());
  return log::Ends{.earliest = *earliest, .end = *end};
}

tl::expected<std::optional<log::Arrival>, log::LogFault> Asker::at(const log::PartitionId& partition, log::Offset offset,
                                                                   std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  const auto fault = [&](rd_kafka_resp_err_t error) {
    return tl::unexpected(log::LogFault{describe("the record at " + std::to_string(offset) + " of " + partition.topic, error)});
  };
  if (offset < 0) return std::nullopt;                // the library gives negative offsets a meaning
  const std::unique_lock lock{one_record_mutex_, deadline};
  if (!lock) return fault(RD_KAFKA_RESP_ERR__TIMED_OUT);

  const auto topic = open_topic(client_.get(), partition.topic);
  const Reading reading{topic.get(), partition.number, offset};
  if (!reading.started()) return fault(rd_kafka_last_error());
  for (;;) {
    const Message message{rd_kafka_consume(topic.get(), partition.number, std::min(rest_ms(deadline), kNudgeMs))};
    if (!message) {
      if (rest_ms(deadline) == 0) return fault(RD_KAFKA_RESP_ERR__TIMED_OUT);
      // The library's thread for a broker can overlook for up to a second that there is something to fetch, unless a request wakes it.
      (void)bound(partition, RD_KAFKA_OFFSET_END, std::chrono::milliseconds{kNudgeMs});
      continue;
    }
    switch (message->err) {
      case RD_KAFKA_RESP_ERR_NO_ERROR:                // a later record where a compaction or a transaction's marker left a gap
        if (message->offset != offset) return std::nullopt;
        return to_arrival(*message, partition.topic);
      case RD_KAFKA_RESP_ERR__PARTITION_EOF:
      case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
      case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
        return std::nullopt;
      default:
        if (!passes(message->err)) return fault(message->err);
    }
  }
}

tl::expected<Metadata, log::LogFault> Asker::metadata(const std::string& topic, std::chrono::milliseconds timeout) {
  const auto handle = open_topic(client_.get(), topic);
  const rd_kafka_metadata_t* found = nullptr;
  const auto error = rd_kafka_metadata(client_.get(), 0, handle.get(), &found, static_cast<int>(timeout.count()));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(log::LogFault{describe("the partitions of " + topic, error)});
  return Metadata{found};
}

tl::expected<std::vector<std::int32_t>, log::LogFault> Asker::leaders(const std::string& topic, std::chrono::milliseconds timeout) {
  const auto found = metadata(topic, timeout);
  if (!found) return tl::unexpected(found.error());
  const auto& partitions = (*found)->topics[0];
  std::vector<std::int32_t> leaders(static_cast<std::size_t>(partitions.partition_cnt), -1);
  for (int n = 0; n < partitions.partition_cnt; ++n) leaders.at(static_cast<std::size_t>(partitions.partitions[n].id)) = partitions.partitions[n].leader;
  return leaders;
}

AdminOptions Asker::options(rd_kafka_admin_op_t operation, std::chrono::milliseconds timeout) {
  AdminOptions made{rd_kafka_AdminOptions_new(client_.get(), operation)};
  char why[256];
  const auto timeout_ms = static_cast<int>(timeout.count());
  if (rd_kafka_AdminOptions_set_request_timeout(made.get(), timeout_ms, why, sizeof why) != RD_KAFKA_RESP_ERR_NO_ERROR) throw KafkaFault{why};
  if (operation == RD_KAFKA_ADMIN_OP_CREATETOPICS &&
      rd_kafka_AdminOptions_set_operation_timeout(made.get(), timeout_ms, why, sizeof why) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw KafkaFault{why};
  }
  return made;
}

// The answer to an admin request. The library ends the request by itself at its timeout; the margin lets it say so.
tl::expected<Event, log::LogFault> Asker::wait(rd_kafka_queue_t* queue, std::chrono::milliseconds timeout) {
  constexpr int kMarginMs = 500;
  Event event{rd_kafka_queue_poll(queue, static_cast<int>(timeout.count()) + kMarginMs)};
  if (!event) return tl::unexpected(log::LogFault{"Kafka does not answer"});
  if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return tl::unexpected(log::LogFault{rd_kafka_event_error_string(event.get())});
  }
  return event;
}

tl::expected<std::optional<log::TopicFacts>, log::LogFault> Asker::facts(const std::string& topic, std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  const auto found = metadata(topic, timeout);
  if (!found) return tl::unexpected(found.error());
  const auto& seen = (*found)->topics[0];
  if (seen.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return std::nullopt;
  if (seen.err != RD_KAFKA_RESP_ERR_NO_ERROR) return tl::unexpected(log::LogFault{describe(topic, seen.err)});

  log::TopicFacts facts{.partitions = seen.partition_cnt, .replicas = seen.partition_cnt > 0 ? seen.partitions[0].replica_cnt : 0, .settings = {}};
  for (int n = 1; n < seen.partition_cnt; ++n) facts.replicas = std::min(facts.replicas, seen.partitions[n].replica_cnt);
  const std::chrono::milliseconds rest{std::max(rest_ms(deadline), 1)};
  const ConfigSpec spec{rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str())};
  const Queue queue{rd_kafka_queue_new(client_.get())};
  auto* asked = spec.get();
  rd_kafka_DescribeConfigs(client_.get(), &asked, 1, options(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, rest).get(), queue.get());
  const auto event = wait(queue.get(), rest);
  if (!event) return tl::unexpected(event.error());

  std::size_t resources = 0;
  const auto* const* resource = rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event->get()), &resources);
  if (resources != 1) return tl::unexpected(log::LogFault{"Kafka does not say how " + topic + " is set"});
  if (const auto error = rd_kafka_ConfigResource_error(resource[0]); error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return tl::unexpected(log::LogFault{describe("the settings of " + topic, error)});
  }
  std::size_t count = 0;
  const auto* const* entries = rd_kafka_ConfigResource_configs(resource[0], &count);
  for (std::size_t n = 0; n < count; ++n) {
    const char* value = rd_kafka_ConfigEntry_value(entries[n]);
    facts.settings.emplace_back(rd_kafka_ConfigEntry_name(entries[n]), value == nullptr ? "" : value);
  }
  return facts;
}

tl::expected<void, log::LogFault> Asker::create(const log::NewTopic& topic, std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  char why[256];
  const NewTopicSpec spec{rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions, topic.replicas, why, sizeof why)};
  if (!spec) return tl::unexpected(log::LogFault{why});
  const Properties settings{
      {"cleanup.policy", "delete"},
      {"retention.ms", "-1"},
      {"retention.bytes", "-1"},
      {"unclean.leader.election.enable", "false"},
      {"min.insync.replicas", std::to_string(topic.min_insync_replicas)},
      {"max.message.bytes", std::to_string(topic.max_message_bytes)},
      {"message.timestamp.type", "LogAppendTime"},    // an arrival's append time is the broker's clock, not a client's
  };
  for (const auto& [name, value] : settings) rd_kafka_NewTopic_set_config(spec.get(), name.c_str(), value.c_str());

  const Queue queue{rd_kafka_queue_new(client_.get())};
  auto* asked = spec.get();
  rd_kafka_CreateTopics(client_.get(), &asked, 1, options(RD_KAFKA_ADMIN_OP_CREATETOPICS, timeout).get(), queue.get());
  const auto event = wait(queue.get(), timeout);
  if (!event) return tl::unexpected(event.error());
  std::size_t count = 0;
  const auto* const* results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event->get()), &count);
  if (count != 1) return tl::unexpected(log::LogFault{"Kafka does not say whether it created " + topic.name});
  const auto error = rd_kafka_topic_result_error(results[0]);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR && error != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
    const char* said = rd_kafka_topic_result_error_string(results[0]);
    return tl::unexpected(log::LogFault{"creating " + topic.name + ": " + (said == nullptr ? rd_kafka_err2str(error) : said)});
  }

  // Created is not yet led: the first append would be put off.
  for (;;) {
    const auto led = leaders(topic.name, std::chrono::milliseconds{std::max(rest_ms(deadline), 1)});
    if (led && !led->empty() && std::find(led->begin(), led->end(), -1) == led->end()) return {};
    if (rest_ms(deadline) == 0) return tl::unexpected(log::LogFault{topic.name + " is created, but not every partition has a leader"});
    std::this_thread::sleep_for(kAgain);
  }
}

}  // namespace ledger::kafka
