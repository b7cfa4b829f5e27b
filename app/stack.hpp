#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/node.hpp"
#include "app/subcommand.hpp"
#include "commands/command_side.hpp"
#include "infra/kafka/kafka_groups.hpp"
#include "infra/kafka/kafka_log.hpp"
#include "infra/postgres/pool.hpp"
#include "infra/shared_reads/shared_reads.hpp"
#include "projections/history/store.hpp"

namespace ledger::app {

// Topics (the published ones too), the ledger's own schema and, where the log is still short, empty read models: what must be there before anything runs. Repeatable.
// Throws with a sentence for the operator.
void prepare_servers(const config::Settings& settings, log::Log& log);

// The writing part of a process on real servers: the log, a pool, and the command side between them.
class WriteStack {
 public:
  // Throws when the servers cannot be had or are not fit. `role` names it to the servers, `node` to the other processes.
  WriteStack(const config::Settings& settings, const std::string& role, const Node& node);
  ~WriteStack();                             // stops, without draining

  // Returns when every partition is followed; throws why not, ToldToStop if that is why.
  void start(const std::stop_token& stop = {});
  // Shares the partitions with the other nodes, from when this one's HTTP answers them until it is about to end.
  void join(const Node& node);
  void leave();
  void stop();                               // lets what is in flight end

  log::Log& log() { return *log_; }
  log::Log& reads() { return *reads_; }      // the same, for all of the process who follow it: they share one reading
  log::Groups& groups() { return *groups_; }
  pg::Pool& pool() { return *pool_; }
  CommandSide& commands() { return *commands_; }
  const CommandSide& commands() const { return *commands_; }

 private:
  const config::Settings& settings_;
  std::unique_ptr<kafka::KafkaLog> log_;
  std::unique_ptr<shared_reads::SharedReads> reads_;
  std::unique_ptr<kafka::KafkaGroups> groups_;
  std::unique_ptr<pg::Pool> pool_;
  std::unique_ptr<projections::HistoryStore> history_;
  std::unique_ptr<CommandSide> commands_;
};

}  // namespace ledger::app
