#pragma once

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <system_error>

#include <sys/epoll.h>
#include <unistd.h>

namespace ledger::bench {

// Waits for many sockets, each known by a number of the caller's. Closing a socket makes it forgotten.
class Epoll {
 public:
  using Events = std::array<epoll_event, 256>;

  Epoll() : fd_{::epoll_create1(EPOLL_CLOEXEC)} {
    if (fd_ < 0) throw std::system_error{errno, std::generic_category(), "epoll"};
  }
  ~Epoll() { ::close(fd_); }
  Epoll(const Epoll&) = delete;
  Epoll& operator=(const Epoll&) = delete;

  // Edges would be lost with a call half read, so levels; writing is only watched while it is held up.
  void watch(int socket, std::uint32_t number, bool also_writing, bool known) {
    epoll_event event{};
    event.events = also_writing ? EPOLLIN | EPOLLOUT : EPOLLIN;
    event.data.u32 = number;
    ::epoll_ctl(fd_, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event);
  }
  int wait(Events& events, std::chrono::milliseconds at_most) { return ::epoll_wait(fd_, events.data(), static_cast<int>(events.size()), static_cast<int>(at_most.count())); }

 private:
  int fd_;
};

}  // namespace ledger::bench
