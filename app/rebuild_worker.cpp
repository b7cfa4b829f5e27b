#include "app/rebuild_worker.hpp"

#include <condition_variable>
#include <mutex>

#include "infra/logging/log.hpp"
#include "infra/postgres/fault.hpp"
#include "projections/operations/queries.hpp"

namespace ledger::app {
namespace {

constexpr std::chrono::seconds kLookEvery{1};

}  // namespace

RebuildWorker::RebuildWorker(const config::Settings& settings, WriteStack& stack, const std::string& workspace, const std::string& node)
    : settings_(settings), stack_(stack), rebuilds_(settings, stack, workspace, node), thread_([this](const std::stop_token& stop) { run(stop); }) {}

void RebuildWorker::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void RebuildWorker::run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any woken;
  bool told = false;   // of a failure, until there is none
  while (!stop.stop_requested()) {
    try {
      carry_out_open(stop);
      told = false;
    } catch (const pg::Fault& fault) {
      // The model is not there yet, or the database is away: everybody tells of that.
      if (!told && fault.code != pg::Code::missing) logging::warn("open rebuilds cannot be looked up", {{"why", fault.what()}});
      told = true;
    } catch (const std::exception& failure) {
      logging::error("a rebuild was not carried out", {{"why", failure.what()}});
    }
    std::unique_lock lock(mutex);
    woken.wait_for(lock, stop, kLookEvery, [] { return false; });
  }
}

void RebuildWorker::carry_out_open(const std::stop_token& stop) {
  projections::OperationQueries operations(stack_.pool());
  for (const auto& [name, state] : operations.all()) {
    const auto* open = state.open_rebuild();
    if (!open || stop.stop_requested()) continue;
    if (const auto claim = RebuildClaim::take(settings_, name)) {
      // Whoever had the claim before may just have ended it.
      const auto now = operations.of(name);
      if (const auto* still = now.open_rebuild()) rebuilds_.carry_out(*claim, name, *still, stop);
    }
  }
}

}  // namespace ledger::app
