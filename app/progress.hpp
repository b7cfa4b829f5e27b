#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace ledger::app {

// A bar on the terminal; nothing when there is none.
class Progress {
 public:
  explicit Progress(std::uintmax_t whole);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // So much of the whole is done; `count` of `what` is told beside the bar.
  void show(std::uintmax_t done, std::uint64_t count, std::string_view what);

 private:
  std::uintmax_t whole_;
  bool on_terminal_;
  std::chrono::steady_clock::time_point drawn_{};
};

}  // namespace ledger::app
