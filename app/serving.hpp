#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "app/access_key_ring.hpp"
#include "app/answering.hpp"
#include "app/bootstrap.hpp"
#include "app/node.hpp"
#include "app/proof/notary.hpp"
#include "app/rebuild_worker.hpp"
#include "app/stack.hpp"
#include "app/stages.hpp"
#include "app/telemetry.hpp"
#include "http/nodes/forwarding.hpp"
#include "http/reply_cache.hpp"
#include "http/server/server.hpp"
#include "infra/metrics/registry.hpp"
#include "infra/sealing/master_keys.hpp"

namespace ledger::app {

// The part of a process that takes requests: the command side, queries, HTTP. `up` and `serve` start it stage by stage; whoever keeps the read
// models up comes in between.
class Serving {
 public:
  // Takes HTTP's port at once: the node is named after it. `role` names the process to the servers.
  Serving(const config::Settings& settings, const std::string& role, metrics::Registry& registry);
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

  // Topics and tables, where they are missing: whoever comes next may use them.
  void prepare(Stages& stages);
  // Everything else; HTTP, and then the place among the other nodes. Throws ToldToStop when it is, before all is there.
  void start(Stages& stages, ModelStates models, const std::stop_token& stop);

  // For a source of the registry.
  void tell(metrics::Scrape& scrape) const;
  void tell_ready() const;

  WriteStack& stack() { return stack_; }
  const Node& node() const { return node_; }

 private:
  void lay_ground(ModelStates models, const std::stop_token& stop);
  void watch_log();

  const config::Settings& settings_;
  metrics::Registry& registry_;
  const sealing::MasterKeys masters_;
  const std::optional<crypto::SigningKey> signing_key_;
  http::TakenPort port_;
  const Node node_;
  RequestCounts requests_;
  http::ReplyCache replies_;
  WriteStack stack_;
  std::optional<AccessKeyRing> keys_;
  std::optional<Answering> answering_;
  std::optional<Notary> notary_;
  std::optional<http::Forwarding> forwarding_;
  std::optional<RebuildWorker> rebuilds_;
  std::optional<http::Server> server_;
  Home home_;
};

}  // namespace ledger::app
