#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace ledger::http {

// What one request may hold without being counted: connections bound how often.
constexpr std::size_t kUncountedBytes = std::size_t{64} * 1024;

// A number of something, places or bytes, that all requests share. Nobody waits for it: who cannot have his share is refused. Any thread.
class Budget {
 public:
  explicit Budget(std::size_t limit) : limit_(limit) {}

  // What one request has of it, given back when that is over. One thread.
  class Share {
   public:
    explicit Share(Budget& budget) : budget_(budget) {}
    ~Share() { budget_.taken_ -= taken_; }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    // So much more, or false and nothing.
    bool grow(std::size_t by) {
      if ((budget_.taken_ += by) > budget_.limit_) {
        budget_.taken_ -= by;
        ++budget_.refused_;
        return false;
      }
      taken_ += by;
      return true;
    }

   private:
    Budget& budget_;
    std::size_t taken_ = 0;
  };

  std::size_t taken() const { return taken_.load(); }
  std::uint64_t refused() const { return refused_.load(); }

 private:
  const std::size_t limit_;
  std::atomic<std::size_t> taken_{0};
  std::atomic<std::uint64_t> refused_{0};
};

}  // namespace ledger::http
