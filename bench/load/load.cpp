#include "bench/load/load.hpp"

#include <array>
#include <cerrno>
#include <vector>

#include <sys/socket.h>

#include "bench/load/connection.hpp"
#include "bench/load/epoll.hpp"

namespace ledger::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Client {
  Connection connection;
  std::string unsent = {};
  bool held_up = false;                // the socket takes no more for now
  Answer answer = {};
  Clock::time_point sent_at = {};
};

class Running {
 public:
  Running(const Target& target, const Load& load, const NextRequest& next) : target_{target}, load_{load}, next_{next} {
    begin_ = Clock::now() + load.warm_up_ms;
    end_ = begin_ + load.measured_ms;
    for (int i = 0; i < load.clients; ++i) {
      clients_.push_back({.connection = connect()});
      epoll_.watch(clients_.back().connection.socket(), static_cast<std::uint32_t>(i), false, false);
      call(static_cast<std::uint32_t>(i));
    }
  }

  Measured run(const std::stop_token& stop) {
    Epoll::Events events{};
    while (Clock::now() < end_ && !stop.stop_requested()) {
      const int ready = epoll_.wait(events, kLookUpEvery);
      for (int i = 0; i < ready; ++i) serve(events[static_cast<std::size_t>(i)]);
      drop_late_ones();
    }
    measured_.seconds = std::max(0.0, std::chrono::duration<double>(std::min(Clock::now(), end_) - begin_).count());
    return std::move(measured_);
  }

 private:
  static constexpr std::chrono::milliseconds kLookUpEvery{50};

  Connection connect() {
    Connection connection{target_, load_.answer_timeout_ms};
    connection.stop_waiting();
    return connection;
  }

  void call(std::uint32_t index) {
    Client& client = clients_[index];
    client.unsent = next_(static_cast<int>(index));
    client.answer.clear();
    client.sent_at = Clock::now();
    send(index);
  }

  void send(std::uint32_t index) {
    Client& client = clients_[index];
    const ssize_t sent = ::send(client.connection.socket(), client.unsent.data(), client.unsent.size(), MSG_NOSIGNAL);
    if (sent > 0) client.unsent.erase(0, static_cast<std::size_t>(sent));
    if (client.held_up == !client.unsent.empty()) return;
    client.held_up = !client.held_up;
    epoll_.watch(client.connection.socket(), index, client.held_up, true);
  }

  void serve(const epoll_event& event) {
    const std::uint32_t index = event.data.u32;
    if (event.events & EPOLLOUT) send(index);
    if (event.events & (EPOLLIN | EPOLLERR | EPOLLHUP)) receive(index);
  }

  void receive(std::uint32_t index) {
    Client& client = clients_[index];
    std::array<char, 65'536> buffer;
    const ssize_t got = ::recv(client.connection.socket(), buffer.data(), buffer.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return begin_anew(index, true);
    if (!client.answer.take({buffer.data(), static_cast<std::size_t>(got)})) return;
    count(client);
    if (client.answer.keeps_alive()) call(index);
    else begin_anew(index, false);
  }

  void count(const Client& client) {
    const auto now = Clock::now();
    if (now < begin_ || now >= end_) return;
    if (client.answer.status() / 100 == 2) return measured_.latencies.add(std::chrono::duration_cast<Latencies::Time>(now - client.sent_at));
    ++measured_.refused;
    measured_.a_refused_status = client.answer.status();
    measured_.a_refused_body = client.answer.body();
  }

  void begin_anew(std::uint32_t index, bool broken) {
    if (broken && Clock::now() >= begin_) ++measured_.broken;
    clients_[index].connection = connect();   // closes the old one, and epoll forgets it
    clients_[index].held_up = false;
    epoll_.watch(clients_[index].connection.socket(), index, false, false);
    call(index);
  }

  void drop_late_ones() {
    const auto latest = Clock::now() - load_.answer_timeout_ms;
    for (std::uint32_t i = 0; i < clients_.size(); ++i)
      if (clients_[i].sent_at < latest) begin_anew(i, true);
  }

  const Target& target_;
  const Load& load_;
  const NextRequest& next_;
  Epoll epoll_;
  std::vector<Client> clients_;
  Clock::time_point begin_;
  Clock::time_point end_;
  Measured measured_;
};

}  // namespace

Measured run_load(const Target& target, const Load& load, const NextRequest& next, const std::stop_token& stop) {
  return Running{target, load, next}.run(stop);
}

}  // namespace ledger::bench
