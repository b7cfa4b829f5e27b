#include "tests/infra/kafka/mock_cluster.hpp"

namespace ledger::kafka {

namespace {

constexpr std::int16_t kProduce = 0;   // Kafka's number of the request

void require(rd_kafka_resp_err_t error) {
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) throw KafkaFault{describe("the mock cluster", error)};
}

KafkaSettings nowhere() {
  KafkaSettings settings;
  settings.brokers = "127.0.0.1:1";      // the cluster needs a client to live in, and the client needs none
  return settings;
}

}  // namespace

MockCluster::MockCluster(int brokers)
    : client_{open_client(RD_KAFKA_PRODUCER, nowhere(), {}, callbacks_)}, cluster_{rd_kafka_mock_cluster_new(client_.get(), brokers)} {}

void MockCluster::create(const std::string& topic, int partitions, int replicas) {
  require(rd_kafka_mock_topic_create(cluster_.get(), topic.c_str(), partitions, replicas));
}

void MockCluster::lead(const std::string& topic, std::int32_t partition, std::int32_t broker) {
  require(rd_kafka_mock_partition_set_leader(cluster_.get(), topic.c_str(), partition, broker));
}

void MockCluster::answer_produce(const std::vector<rd_kafka_resp_err_t>& errors) {
  rd_kafka_mock_push_request_errors_array(cluster_.get(), kProduce, errors.size(), errors.data());
}

}  // namespace ledger::kafka
