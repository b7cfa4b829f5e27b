#include "infra/memory/reporter.hpp"

#include <utility>

namespace ledger::memory {

Reporter::Reporter() : thread_{[this] { run(); }} {}

Reporter::~Reporter() {
  const std::lock_guard lock{mutex_};
  closing_ = true;
  changed_.notify_all();
}

void Reporter::tell(std::function<void()> what) {
  const std::lock_guard lock{mutex_};
  waiting_.push_back(std::move(what));
  ++given_;
  changed_.notify_all();
}

void Reporter::settle() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [this, until = given_] { return told_ >= until; });
}

void Reporter::run() {
  std::unique_lock lock{mutex_};
  for (;;) {
    changed_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const auto tell = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    tell();
    lock.lock();
    ++told_;
    changed_.notify_all();
  }
}

}  // namespace ledger::memory
