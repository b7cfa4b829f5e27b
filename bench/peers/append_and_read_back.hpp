#pragma once

#include <string>
#include <thread>
#include <vector>

#include "bench/closed_loop.hpp"
#include "commands/verdict.hpp"
#include "domain/recorded_event.hpp"
#include "log/log.hpp"

namespace ledger::bench {

// The log alone: a client's call is done when its record has been read back. Records are as large as commands make them. One measurement at a time.
class AppendAndReadBack {
 public:
  AppendAndReadBack(log::Log& log, std::string topic, int partitions);

  LoopResult measure(int clients, const LoopTimes& times);

 private:
  void read(const std::stop_token& stop, const std::vector<log::ReadFrom>& from);

  log::Log& log_;
  const std::string topic_;
  const int partitions_;
  SealedEvent sealed_;
  std::vector<Done> waiting_;
  std::jthread thread_;
};

}  // namespace ledger::bench
