#pragma once

#include <string>
#include <thread>

#include "app/rebuilds.hpp"
#include "app/stack.hpp"
#include "infra/config/settings.hpp"

namespace ledger::app {

// A thread that carries out whatever rebuild is open and nobody else's, one after the other. It runs beside a command side, which it tells of them; of
// several processes whoever is first does each.
class RebuildWorker {
 public:
  // Settings and stack must outlive it; `workspace` is the one that looks after the ledger.
  RebuildWorker(const config::Settings& settings, WriteStack& stack, const std::string& workspace, const std::string& node);

  // Returns when the batch at hand is done; a rebuild under way is begun again by the next who looks.
  void stop();

 private:
  void run(const std::stop_token& stop);
  void carry_out_open(const std::stop_token& stop);

  const config::Settings& settings_;
  WriteStack& stack_;
  Rebuilds rebuilds_;
  std::jthread thread_;
};

}  // namespace ledger::app
