#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <termios.h>

#include "app/replay/key.hpp"

namespace ledger::app {

// The terminal that standard input and output are, taken over as long as this lives: keys come one by one and are not shown, and what stood on the
// screen comes back afterwards. Ctrl-C stays a signal; Ctrl-Z does nothing, because a stopped program could not give the terminal back.
class Terminal {
 public:
  struct Size {
    std::size_t rows = 24, columns = 80;
    bool operator==(const Size&) const = default;
  };

  // Throws std::runtime_error when it is none.
  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // Whether there is one.
  static bool is_there();
  Size size() const;
  // Nothing when none comes in that time; std::runtime_error when the terminal is gone.
  std::optional<Key> key(std::chrono::milliseconds wait);
  // From the top; whatever is not drawn on is blank. Rows may hold colours and must fit the size.
  void draw(const std::vector<std::string>& rows);

 private:
  bool receive(std::chrono::milliseconds wait);

  termios before_{};
  std::string sent_;
};

}  // namespace ledger::app
