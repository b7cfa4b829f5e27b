#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ledger::http {

// Cuts a stream of bytes into its lines as they come, and holds no more of one than it may have. Blank lines count, and are passed over.
class LineSplitter {
 public:
  struct Line {
    std::uint64_t number = 0;          // from 1
    std::string_view text;             // without its end; good until the next call
    bool too_long = false;             // then without text: it was not kept
  };

  explicit LineSplitter(std::size_t max_line_bytes) : max_line_bytes_(max_line_bytes) {}

  // Of what has been fed: nothing when no line has come to its end.
  std::optional<Line> next();
  void feed(std::string_view bytes);
  // There is no more to come: what is left is the last line, if anything is.
  void finish() { finished_ = true; }
  bool finished() const { return finished_; }

  // That of the line which comes next, blank or not.
  std::uint64_t next_number() const { return taken_ + 1; }

 private:
  std::optional<Line> cut(std::size_t end, std::size_t next_begin);
  void drop_if_too_long();

  const std::size_t max_line_bytes_;
  std::string buffer_;                 // from begin_ on not taken, and no line's end before searched_
  std::size_t begin_ = 0;
  std::size_t searched_ = 0;
  std::uint64_t taken_ = 0;            // lines
  bool dropping_ = false;              // the line is too long already: its rest is thrown away
  bool finished_ = false;
};

}  // namespace ledger::http
