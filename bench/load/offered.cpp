#include "bench/load/offered.hpp"

#include <array>
#include <cerrno>
#include <deque>
#include <numeric>
#include <optional>
#include <random>
#include <vector>

#include <sys/socket.h>

#include "bench/load/connection.hpp"
#include "bench/load/epoll.hpp"

namespace ledger::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kTick{1};

// A connection and the call on it.
struct Line {
  std::optional<Connection> connection = {};
  bool busy = false;
  bool held_up = false;                // not connected yet, or the socket takes no more for now
  std::string unsent = {};
  Answer answer = {};
  Clock::time_point due = {};
  std::uint64_t call = 0;
};

class Offering {
 public:
  Offering(const Target& target, const Offered& offered, const NextRequest& next)
      : address_{target}, offered_{offered}, next_{next}, interval_s_{offered.per_second}, began_{Clock::now()}, count_from_{began_ + offered.warm_up_ms},
        end_{count_from_ + offered.measured_ms} {}

  Served run(const std::stop_token& stop) {
    Epoll::Events events{};
    auto due = began_;
    while (!stop.stop_requested() && (due < end_ || !under_way_.empty())) {
      for (; due < end_ && due <= Clock::now(); due += interval()) begin_call(due);
      const int ready = epoll_.wait(events, kTick);
      for (int i = 0; i < ready; ++i) serve(events[static_cast<std::size_t>(i)]);
      give_up_late_ones();
    }
    served_.seconds = std::chrono::duration<double>(offered_.measured_ms).count();
    return std::move(served_);
  }

 private:
  struct UnderWay {
    std::uint32_t line;
    std::uint64_t call;
    Clock::time_point due;
  };

  Clock::duration interval() { return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>{interval_s_(random_)}); }
  bool counts(Clock::time_point due) const { return due >= count_from_; }

  void begin_call(Clock::time_point due) {
    const auto number = free_line();
    if (!number) {
      if (counts(due)) ++served_.not_made;
      return;
    }
    Line& line = lines_[*number];
    line.busy = true;
    line.due = due;
    line.call = ++calls_;
    line.answer.clear();
    line.unsent = next_(static_cast<int>(*number));
    under_way_.push_back({*number, line.call, due});
    if (!line.connection) {
      line.connection = Connection::begin(address_);
      line.held_up = true;
      epoll_.watch(line.connection->socket(), *number, true, false);
      served_.most_connections = std::max(served_.most_connections, ++open_);
    } else {
      send(*number);
    }
  }

  // The one that was used last: others may idle until the server closes them.
  std::optional<std::uint32_t> free_line() {
    for (auto* free : {&idle_, &closed_}) {
      if (free->empty()) continue;
      const auto number = free->back();
      free->pop_back();
      return number;
    }
    if (lines_.size() >= static_cast<std::size_t>(offered_.max_connections)) return std::nullopt;
    lines_.emplace_back();
    return static_cast<std::uint32_t>(lines_.size() - 1);
  }

  void send(std::uint32_t number) {
    Line& line = lines_[number];
    const ssize_t sent = ::send(line.connection->socket(), line.unsent.data(), line.unsent.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return end_broken(number);
    if (sent > 0) line.unsent.erase(0, static_cast<std::size_t>(sent));
    if (line.held_up == !line.unsent.empty()) return;
    line.held_up = !line.held_up;
    epoll_.watch(line.connection->socket(), number, line.held_up, true);
  }

  void serve(const epoll_event& event) {
    const std::uint32_t number = event.data.u32;
    if ((event.events & EPOLLOUT) != 0 && lines_[number].busy) send(number);
    if ((event.events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0 && lines_[number].connection) receive(number);
  }

  void receive(std::uint32_t number) {
    Line& line = lines_[number];
    std::array<char, 65'536> buffer;
    const ssize_t got = ::recv(line.connection->socket(), buffer.data(), buffer.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return end_broken(number);
    if (!line.answer.take({buffer.data(), static_cast<std::size_t>(got)})) return;
    if (counts(line.due)) count(line);
    line.busy = false;
    if (line.answer.keeps_alive()) idle_.push_back(number);
    else close(number);
  }

  void count(const Line& line) {
    const auto took = std::chrono::duration_cast<Latencies::Time>(Clock::now() - line.due);
    const int status = line.answer.status();
    if (status / 100 == 2) served_.accepted.add(took);
    else if ((status == 429 || status == 503) && !line.answer.header("Retry-After").empty()) served_.refused.add(took);
    else ++served_.other[status];
  }

  // A server may close a connection that idles.
  void end_broken(std::uint32_t number) {
    Line& line = lines_[number];
    if (line.busy && counts(line.due)) ++served_.broken;
    if (!line.busy) std::erase(idle_, number);
    close(number);
  }

  void close(std::uint32_t number) {
    Line& line = lines_[number];
    line.connection.reset();
    line.busy = line.held_up = false;
    --open_;
    closed_.push_back(number);
  }

  void give_up_late_ones() {
    const auto latest = Clock::now() - offered_.patience_ms;
    while (!under_way_.empty()) {
      const auto& oldest = under_way_.front();
      const Line& line = lines_[oldest.line];
      const bool waits = line.busy && line.call == oldest.call;
      if (waits && oldest.due > latest) return;
      if (waits) {
        if (counts(oldest.due)) ++served_.given_up;
        close(oldest.line);
      }
      under_way_.pop_front();
    }
  }

  const Address address_;
  const Offered& offered_;
  const NextRequest& next_;
  std::mt19937_64 random_{1};
  std::exponential_distribution<double> interval_s_;
  const Clock::time_point began_, count_from_, end_;
  Epoll epoll_;
  std::vector<Line> lines_;
  std::vector<std::uint32_t> idle_;    // connected, without a call
  std::vector<std::uint32_t> closed_;
  std::deque<UnderWay> under_way_;     // by the moment at which they were due; also some that are over
  std::uint64_t calls_ = 0;
  int open_ = 0;
  Served served_;
};

}  // namespace

std::uint64_t Served::offered() const {
  const auto others = std::accumulate(other.begin(), other.end(), std::uint64_t{0}, [](std::uint64_t sum, const auto& each) { return sum + each.second; });
  return accepted.count() + refused.count() + others + given_up + broken + not_made;
}

Served run_offered(const Target& target, const Offered& offered, const NextRequest& next, const std::stop_token& stop) {
  return Offering{target, offered, next}.run(stop);
}

}  // namespace ledger::bench
