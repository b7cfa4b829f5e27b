#include "infra/kafka/reader.hpp"

#include <algorithm>
#include <utility>

namespace ledger::kafka {

namespace {

constexpr int kNudgeMs = 1;              // at most: the request is what counts, and its answer may wait behind a fetch that has nothing to bring yet

Properties reader_properties(const KafkaSettings& settings) {
  return {
      {"isolation.level", "read_uncommitted"},   // else one open foreign transaction stops everything
      {"auto.offset.reset", "error"},            // an offset out of range is told, never jumped over
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"enable.partition.eof", "false"},
      {"check.crcs", "true"},
      {"fetch.min.bytes", "1"},
      {"fetch.wait.max.ms", std::to_string(settings.fetch_wait_max_ms)},
      {"fetch.error.backoff.ms", "10"},
      {"fetch.message.max.bytes", std::to_string(settings.fetch_partition_max_kbytes * 1024)},
      {"queued.min.messages", std::to_string(settings.prefetch_messages)},
      {"queued.max.messages.kbytes", std::to_string(settings.prefetch_kbytes)},
  };
}

std::string_view bytes_of(const void* data, std::size_t size) {
  return data == nullptr ? std::string_view{} : std::string_view{static_cast<const char*>(data), size};
}

std::vector<log::Header> headers_of(const rd_kafka_message_t& message) {
  std::vector<log::Header> headers;
  rd_kafka_headers_t* held = nullptr;                 // the message's own
  if (rd_kafka_message_headers(&message, &held) != RD_KAFKA_RESP_ERR_NO_ERROR) return headers;
  headers.reserve(rd_kafka_header_cnt(held));
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t n = 0; rd_kafka_header_get_all(held, n, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++n) {
    headers.emplace_back(name, bytes_of(value, size));
  }
  return headers;
}

}  // namespace

log::Arrival to_arrival(const rd_kafka_message_t& message, std::string topic) {
  return {.partition = {std::move(topic), message.partition},
          .offset = message.offset,
          .append_time_ms = rd_kafka_message_timestamp(&message, nullptr),
          .record = {.key = std::string{bytes_of(message.key, message.key_len)},
                     .headers = headers_of(message),
                     .value = std::string{bytes_of(message.payload, message.len)}}};
}

Reader::Reader(const KafkaSettings& settings, const std::vector<log::ReadFrom>& from, std::shared_ptr<Disturbances> disturbances)
    : disturbances_{std::move(disturbances)},
      callbacks_{.on_log = settings.on_log,
                 .on_error =
                     [this](rd_kafka_resp_err_t error, std::string_view why) {
                       disturbances_->connection_lost();
                       errors_.push_back(describe(why, error));
                     },
                 .on_delivery = nullptr},
      client_{open_client(RD_KAFKA_CONSUMER, settings, reader_properties(settings), callbacks_)},
      queue_{rd_kafka_queue_new(client_.get())},
      nudge_bytes_{static_cast<std::size_t>(settings.prefetch_kbytes) * 1024 / 2} {
  for (const auto& [partition, offset] : from) {
    auto& handle = topics_[partition.topic];
    if (!handle) handle = open_topic(client_.get(), partition.topic);
    names_[handle.get()] = partition.topic;
    if (rd_kafka_consume_start_queue(handle.get(), partition.number, offset, queue_.get()) != 0) {
      throw KafkaFault{describe("reading " + partition.topic, rd_kafka_last_error())};
    }
    started_.emplace_back(handle.get(), partition.number);
  }
}

Reader::~Reader() {
  for (const auto& [topic, partition] : started_) rd_kafka_consume_stop(topic, partition);
}

log::Batch Reader::poll(std::chrono::milliseconds timeout, std::size_t max_records) {
  log::Batch batch;
  rd_kafka_poll(client_.get(), 0);                    // runs on_error
  const auto messages = consume(timeout, max_records);
  rd_kafka_poll(client_.get(), 0);
  batch.arrivals.reserve(messages.size());
  for (const auto& message : messages) sort(*message, batch);

  keep_fetching(batch);
  if (!batch.arrivals.empty()) disturbances_->connection_answers();
  auto disturbed = disturbances_->take();
  batch.disturbances.insert(batch.disturbances.end(), disturbed.begin(), disturbed.end());
  batch.errors.insert(batch.errors.end(), errors_.begin(), errors_.end());
  errors_.clear();
  return batch;
}

// The library waits until it can fill the whole array or the time is over. So: wait for one, then take what else is there.
std::vector<Message> Reader::consume(std::chrono::milliseconds timeout, std::size_t max_messages) {
  std::vector<rd_kafka_message_t*> raw(max_messages);
  if (max_messages == 0) return {};
  auto count = rd_kafka_consume_batch_queue(queue_.get(), static_cast<int>(timeout.count()), raw.data(), 1);
  if (count == 1 && max_messages > 1) {
    count += std::max<ssize_t>(0, rd_kafka_consume_batch_queue(queue_.get(), 0, raw.data() + 1, max_messages - 1));
  }
  std::vector<Message> messages;
  for (ssize_t n = 0; n < count; ++n) messages.emplace_back(raw[static_cast<std::size_t>(n)]);
  return messages;
}

// The library does not fetch for a partition whose queue is full, and when all are it looks only a second later whether one has room
// again. Any request makes it look at once: so, half a queue after the last time, the ends are asked for, and the answer is not used.
void Reader::keep_fetching(const log::Batch& taken) {
  for (const auto& arrival : taken.arrivals) bytes_since_nudge_ += arrival.record.bytes();
  if (bytes_since_nudge_ < nudge_bytes_) return;
  bytes_since_nudge_ = 0;
  const PartitionList ends{rd_kafka_topic_partition_list_new(static_cast<int>(started_.size()))};
  for (const auto& [topic, partition] : started_) {
    rd_kafka_topic_partition_list_add(ends.get(), names_.at(topic).c_str(), partition)->offset = RD_KAFKA_OFFSET_END;
  }
  rd_kafka_offsets_for_times(client_.get(), ends.get(), kNudgeMs);
}

void Reader::sort(const rd_kafka_message_t& message, log::Batch& batch) {
  switch (message.err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      batch.arrivals.push_back(to_arrival(message, names_.at(message.rkt)));
      return;
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
      batch.disturbances.push_back({{names_.at(message.rkt), message.partition}, log::Disturbance::offset_out_of_range});
      return;
    default:
      batch.errors.push_back(describe(rd_kafka_message_errstr(&message), message.err));
  }
}

}  // namespace ledger::kafka
