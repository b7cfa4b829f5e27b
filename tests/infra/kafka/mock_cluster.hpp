#pragma once

#include <librdkafka/rdkafka.h>
// Only after the one above.
#include <librdkafka/rdkafka_mock.h>

#include <string>
#include <vector>

#include "infra/kafka/client.hpp"

namespace ledger::kafka {

// The client library's own imitation of a cluster, in this process: for what a real broker does too rarely to wait for.
class MockCluster {
 public:
  explicit MockCluster(int brokers);

  std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(cluster_.get()); }
  void create(const std::string& topic, int partitions, int replicas);
  void lead(const std::string& topic, std::int32_t partition, std::int32_t broker);
  // The next produce requests are answered with these.
  void answer_produce(const std::vector<rd_kafka_resp_err_t>& errors);

 private:
  Callbacks callbacks_;
  Client client_;
  Handle<rd_kafka_mock_cluster_t, rd_kafka_mock_cluster_destroy> cluster_;
};

}  // namespace ledger::kafka
