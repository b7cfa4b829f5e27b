#include "app/replay/terminal.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>

namespace ledger::app {
namespace {

constexpr std::string_view kOtherScreen = "\033[?1049h\033[?25l", kScreenBefore = "\033[?25h\033[?1049l";
constexpr std::string_view kHome = "\033[H", kToEndOfLine = "\033[K", kToEndOfScreen = "\033[J";
// How long the rest of a key's sequence may take.
constexpr std::chrono::milliseconds kSequence{50};

void send(std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = write(STDOUT_FILENO, text.data(), text.size());
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return;  // it is gone: reading says so
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace

Terminal::Terminal() {
  if (tcgetattr(STDIN_FILENO, &before_) != 0) throw std::runtime_error("standard input is no terminal");
  termios raw = before_;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | IEXTEN);
  raw.c_iflag &= ~static_cast<tcflag_t>(IXON | ICRNL);
  raw.c_oflag &= ~static_cast<tcflag_t>(OPOST);
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  raw.c_cc[VSUSP] = _POSIX_VDISABLE;
  raw.c_cc[VQUIT] = _POSIX_VDISABLE;
  if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw) != 0) throw std::runtime_error("the terminal cannot be taken over");
  send(kOtherScreen);
}

Terminal::~Terminal() {
  send(kScreenBefore);
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
}

bool Terminal::is_there() { return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1; }

Terminal::Size Terminal::size() const {
  winsize window{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_row == 0 || window.ws_col == 0) return {};
  return {window.ws_row, window.ws_col};
}

std::optional<Key> Terminal::key(std::chrono::milliseconds wait) {
  if (auto ready = take_key(sent_, MoreToCome::yes)) return ready;
  if (!receive(sent_.empty() ? wait : kSequence)) return take_key(sent_, MoreToCome::no);
  return take_key(sent_, MoreToCome::yes);
}

void Terminal::draw(const std::vector<std::string>& rows) {
  std::string screen{kHome};
  for (std::size_t i = 0; i < rows.size(); ++i) screen.append(rows[i]).append(kToEndOfLine).append(i + 1 < rows.size() ? "\r\n" : "");
  screen += kToEndOfScreen;
  send(screen);
}

bool Terminal::receive(std::chrono::milliseconds wait) {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  const int ready = poll(&input, 1, static_cast<int>(wait.count()));
  if (ready <= 0) return false;
  std::array<char, 256> bytes{};
  const ssize_t got = read(STDIN_FILENO, bytes.data(), bytes.size());
  if (got < 0 && errno == EINTR) return false;
  if (got <= 0) throw std::runtime_error("the terminal is gone");
  sent_.append(bytes.data(), static_cast<std::size_t>(got));
  return true;
}

}  // namespace ledger::app
