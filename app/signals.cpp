#include "app/signals.hpp"

#include <cerrno>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <system_error>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace ledger::app {
namespace {

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error{errno, std::generic_category(), what};
  return result;
}

constexpr int kKilledBySignal = 128;

}  // namespace

Signals::Signals() {
  sigemptyset(&watched_);
  sigaddset(&watched_, SIGINT);
  sigaddset(&watched_, SIGTERM);
  signals_ = checked(signalfd(-1, &watched_, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
  ending_ = checked(eventfd(0, EFD_CLOEXEC), "eventfd");
  pthread_sigmask(SIG_BLOCK, &watched_, &mask_before_);
  pipe_before_ = ::signal(SIGPIPE, SIG_IGN);
  watcher_ = std::thread{[this] { watch(); }};
}

Signals::~Signals() {
  const std::uint64_t end = 1;
  (void)::write(ending_, &end, sizeof end);   // an eventfd at 0 always takes it
  watcher_.join();
  ::signal(SIGPIPE, pipe_before_);
  pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
  ::close(signals_);
  ::close(ending_);
}

void Signals::watch() {
  for (;;) {
    pollfd awaited[] = {{signals_, POLLIN, 0}, {ending_, POLLIN, 0}};
    if (::poll(awaited, 2, -1) < 0) continue;   // interrupted
    if (awaited[1].revents) return;
    signalfd_siginfo caught{};
    if (::read(signals_, &caught, sizeof caught) != sizeof caught) continue;
    if (!stop_.request_stop()) ::_exit(kKilledBySignal + static_cast<int>(caught.ssi_signo));
  }
}

void Signals::request_stop() const { stop_.request_stop(); }

void Signals::wait() const {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock{mutex};
  stopped.wait(lock, token(), [] { return false; });
}

bool Signals::wait_for(std::chrono::milliseconds time) const {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock{mutex};
  stopped.wait_for(lock, token(), time, [] { return false; });
  return stop_requested();
}

}  // namespace ledger::app
