#include "app/progress.hpp"

#include <unistd.h>

#include <iostream>
#include <string>

namespace ledger::app {
namespace {

constexpr std::chrono::milliseconds kRedrawEvery{100};

}  // namespace

Progress::Progress(std::uintmax_t whole) : whole_(whole), on_terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (on_terminal_) std::cerr << "\r\033[K" << std::flush;
}

void Progress::show(std::uintmax_t done, std::uint64_t count, std::string_view what) {
  const auto now = std::chrono::steady_clock::now();
  if (!on_terminal_ || now < drawn_ + kRedrawEvery) return;
  drawn_ = now;
  constexpr int kWidth = 40;
  const int filled = whole_ == 0 ? 0 : static_cast<int>(done * kWidth / whole_);
  std::cerr << "\r[" << std::string(static_cast<std::size_t>(filled), '#') << std::string(static_cast<std::size_t>(kWidth - filled), ' ') << "] " << count << ' ' << what
            << std::flush;
}

}  // namespace ledger::app
