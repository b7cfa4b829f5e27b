#include "app/stages.hpp"

#include <chrono>
#include <exception>
#include <utility>

#include "infra/logging/log.hpp"

namespace ledger::app {
namespace {

class Stopwatch {
 public:
  long elapsed_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun_).count();
  }

 private:
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace

Stages::~Stages() { stop_all(); }

void Stages::start(std::string name, const Act& start, Act stop) {
  const Stopwatch watch;
  logging::info("starting", {{"part", name}});
  try {
    start();
  } catch (const std::exception& fault) {
    logging::error("could not start", {{"part", name}, {"why", fault.what()}, {"took_ms", watch.elapsed_ms()}});
    throw;
  }
  logging::info("started", {{"part", name}, {"took_ms", watch.elapsed_ms()}});
  started_.push_back({std::move(name), std::move(stop)});
}

void Stages::stop_all() noexcept {
  while (!started_.empty()) {
    const Stage stage = std::move(started_.back());
    started_.pop_back();
    const Stopwatch watch;
    logging::info("stopping", {{"part", stage.name}});
    try {
      stage.stop();
      logging::info("stopped", {{"part", stage.name}, {"took_ms", watch.elapsed_ms()}});
    } catch (const std::exception& fault) {
      logging::error("did not stop in order", {{"part", stage.name}, {"why", fault.what()}, {"took_ms", watch.elapsed_ms()}});
    }
  }
}

}  // namespace ledger::app
