#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>

// The library's handles, each with the one call that frees it. Only for the files of this folder.
namespace ledger::kafka {

template <auto Free>
struct Closer {
  template <class T>
  void operator()(T* handle) const noexcept {
    Free(handle);
  }
};
template <class T, auto Free>
using Handle = std::unique_ptr<T, Closer<Free>>;

using Conf = Handle<rd_kafka_conf_t, rd_kafka_conf_destroy>;
using Client = Handle<rd_kafka_t, rd_kafka_destroy>;
using TopicHandle = Handle<rd_kafka_topic_t, rd_kafka_topic_destroy>;
using Queue = Handle<rd_kafka_queue_t, rd_kafka_queue_destroy>;
using Message = Handle<rd_kafka_message_t, rd_kafka_message_destroy>;
using Headers = Handle<rd_kafka_headers_t, rd_kafka_headers_destroy>;
using Failure = Handle<rd_kafka_error_t, rd_kafka_error_destroy>;
using Event = Handle<rd_kafka_event_t, rd_kafka_event_destroy>;
using NewTopicSpec = Handle<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>;
using ConfigSpec = Handle<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy>;
using PartitionList = Handle<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>;
using AdminOptions = Handle<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;

// rd_kafka_metadata_destroy takes a pointer to const.
struct MetadataCloser {
  void operator()(const rd_kafka_metadata_t* metadata) const noexcept { rd_kafka_metadata_destroy(metadata); }
};
using Metadata = std::unique_ptr<const rd_kafka_metadata_t, MetadataCloser>;

}  // namespace ledger::kafka
