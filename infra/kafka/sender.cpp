#include "infra/kafka/sender.hpp"

#include <array>
#include <utility>

namespace ledger::kafka {

namespace {

constexpr int kServeMs = 20;             // how late the thread notices that it shall stop
constexpr int kGiveUpMs = 1'000;

Properties sender_properties(const KafkaSettings& settings) {
  Properties properties{
      {"enable.idempotence", "true"},    // keeps the order of a partition, whatever is sent again
      {"acks", "all"},
      {"linger.ms", std::to_string(settings.linger_ms)},
      {"compression.type", settings.compression},
      {"message.max.bytes", std::to_string(settings.max_message_bytes)},
      {"queue.buffering.max.messages", std::to_string(settings.queue_max_messages)},
      {"queue.buffering.max.kbytes", std::to_string(settings.queue_max_kbytes)},
      {"message.timeout.ms", std::to_string(settings.gapless ? 0 : settings.delivery_timeout_ms)},   // 0: never
      {"request.timeout.ms", std::to_string(settings.request_timeout_ms)},
      {"retry.backoff.ms", "20"},
  };
  // With this the library breaks when the broker refuses a record, but not when one times out in its queue: hence no timeout.
  if (settings.gapless) properties.emplace_back("enable.gapless.guarantee", "true");
  return properties;
}

Headers to_headers(const log::Record& record) {
  Headers headers{rd_kafka_headers_new(record.headers.size())};
  for (const auto& [name, value] : record.headers) {
    rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()), value.data(), static_cast<ssize_t>(value.size()));
  }
  return headers;
}

rd_kafka_vu_t field(rd_kafka_vtype_t type) {
  rd_kafka_vu_t vu{};
  vu.vtype = type;
  return vu;
}

// The library copies key and value, and takes the headers over when it took the record.
rd_kafka_resp_err_t produce(rd_kafka_t* client, rd_kafka_topic_t* topic, std::int32_t partition, const log::Record& record, void* context) {
  auto headers = to_headers(record);
  std::array<rd_kafka_vu_t, 7> fields{field(RD_KAFKA_VTYPE_RKT),   field(RD_KAFKA_VTYPE_PARTITION), field(RD_KAFKA_VTYPE_MSGFLAGS),
                                      field(RD_KAFKA_VTYPE_KEY),   field(RD_KAFKA_VTYPE_VALUE),     field(RD_KAFKA_VTYPE_HEADERS),
                                      field(RD_KAFKA_VTYPE_OPAQUE)};
  fields[0].u.rkt = topic;
  fields[1].u.i32 = partition;
  fields[2].u.i = RD_KAFKA_MSG_F_COPY;
  fields[3].u.mem = {const_cast<char*>(record.key.data()), record.key.size()};
  fields[4].u.mem = {const_cast<char*>(record.value.data()), record.value.size()};
  fields[5].u.headers = headers.get();
  fields[6].u.ptr = context;
  const Failure failure{rd_kafka_produceva(client, fields.data(), fields.size())};
  // After a fatal error the code is that of the error that was fatal, whatever it was.
  if (failure) return rd_kafka_error_is_fatal(failure.get()) != 0 ? RD_KAFKA_RESP_ERR__FATAL : rd_kafka_error_code(failure.get());
  (void)headers.release();
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

}  // namespace

Sender::Sender(const KafkaSettings& settings)
    : gapless_{settings.gapless},
      callbacks_{.on_log = settings.on_log,
                 // A broken connection mends itself, and a fatal error is answered by the next append.
                 .on_error = nullptr,
                 .on_delivery = [this](const rd_kafka_message_t& message) { delivered(message); }},
      client_{open_client(RD_KAFKA_PRODUCER, settings, sender_properties(settings), callbacks_)},
      thread_{[this](const std::stop_token& stop) { serve(stop); }} {}

Sender::~Sender() {
  thread_.request_stop();
  thread_.join();                        // the thread may use all that is destroyed after this
}

log::Taken Sender::append(const log::PartitionId& partition, const log::Record& record, log::OnReport on_report) {
  if (refusing_) return log::Taken::broken;
  auto* const handle = topic(partition.topic);
  Pending* pending = nullptr;
  {
    const std::lock_guard lock{pending_mutex_};
    pending_.push_back({.on_report = std::move(on_report), .self = {}});
    pending_.back().self = std::prev(pending_.end());
    pending = &pending_.back();
  }
  const auto error = produce(client_.get(), handle, partition.number, record, pending);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return log::Taken::yes;

  const std::lock_guard lock{pending_mutex_};
  switch (error) {
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
      pending_.erase(pending->self);
      return log::Taken::full;
    case RD_KAFKA_RESP_ERR__FATAL:
    case RD_KAFKA_RESP_ERR__DESTROY:
      pending_.erase(pending->self);
      return log::Taken::broken;
    default:                             // this record can never be stored, and the sender is well
      refusing_ = gapless_;
      refused_.emplace_back(pending, describe("refused", error));
      return log::Taken::yes;
  }
}

void Sender::warm(const std::string& name, std::chrono::milliseconds timeout) {
  const rd_kafka_metadata_t* metadata = nullptr;
  if (rd_kafka_metadata(client_.get(), 0, topic(name), &metadata, static_cast<int>(timeout.count())) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const Metadata owner{metadata};
  }
}

std::vector<std::string> Sender::topics() const {
  const std::lock_guard lock{topics_mutex_};
  std::vector<std::string> names;
  for (const auto& entry : topics_) names.push_back(entry.first);
  return names;
}

void Sender::open(const std::vector<std::string>& topics) {
  for (const auto& name : topics) topic(name);
}

void Sender::drain(std::chrono::milliseconds timeout) {
  std::unique_lock lock{pending_mutex_};
  drained_.wait_for(lock, timeout, [this] { return pending_.empty(); });
}

// Producing by a handle, not by name: by name the library 2.0.2 would ask for the leader of a new topic only after up to a second.
rd_kafka_topic_t* Sender::topic(const std::string& name) {
  const std::lock_guard lock{topics_mutex_};
  auto found = topics_.find(name);
  if (found == topics_.end()) found = topics_.emplace(name, open_topic(client_.get(), name)).first;
  return found->second.get();
}

void Sender::serve(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    rd_kafka_poll(client_.get(), kServeMs);
    tell_refused();
  }
  rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
  rd_kafka_flush(client_.get(), kGiveUpMs);
  tell_refused();
  // Nothing polls any more, so no report can come twice.
  while (!pending_.empty()) tell(&pending_.front(), {.error = "the sender was given up before the broker answered"});
}

void Sender::delivered(const rd_kafka_message_t& message) {
  auto* const pending = static_cast<Pending*>(message._private);
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    tell(pending, {.error = describe("not delivered", message.err)});
  } else if (message.offset < 0) {
    // Sent a second time by the library, and the broker knew it already: it does not say where.
    tell(pending, {.error = "stored, but the broker does not say where"});
  } else {
    tell(pending, {.offset = message.offset});
  }
}

void Sender::tell(Pending* pending, const log::Report& report) {
  std::list<Pending> told;
  {
    const std::lock_guard lock{pending_mutex_};
    told.splice(told.begin(), pending_, pending->self);
  }
  told.front().on_report(report);
  const std::lock_guard lock{pending_mutex_};
  if (pending_.empty()) drained_.notify_all();
}

void Sender::tell_refused() {
  std::vector<std::pair<Pending*, std::string>> refused;
  {
    const std::lock_guard lock{pending_mutex_};
    refused.swap(refused_);
  }
  for (const auto& [pending, why] : refused) tell(pending, {.error = why});
}

}  // namespace ledger::kafka
