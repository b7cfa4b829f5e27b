#pragma once

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

#include "domain/dump/lines.hpp"

namespace ledger::app {

// Whether a file's first line is that of a dump. Throws when the file cannot be read.
bool is_dump(const std::string& path);

// Reads a dump line by line. Throws std::runtime_error that names the line when one is none, or stands where it may not.
class DumpReader {
 public:
  explicit DumpReader(const std::string& path);

  const dump::Beginning& beginning() const { return beginning_; }
  // The next line behind the first; nothing behind the end. A dump that was cut off throws.
  std::optional<dump::Line> next();
  std::uint64_t line_number() const { return number_; }      // of the line that was read last
  std::uint64_t line_offset() const { return offset_; }      // its first byte
  std::uint64_t bytes_read() const { return next_offset_; }
  // Reads the event of a line again.
  dump::Change change_at(std::uint64_t line, std::uint64_t offset);

 private:
  std::optional<dump::Line> read();
  void check_place(const dump::Line& line);
  [[noreturn]] void fail(const std::string& why) const;

  std::string path_;
  std::ifstream file_;
  std::string text_;
  std::uint64_t number_ = 0, offset_ = 0, next_offset_ = 0;
  dump::Beginning beginning_;
  std::optional<StreamId> stream_;   // whose events are being read
  std::uint64_t version_ = 0;
  dump::End counted_;
  bool ended_ = false;
};

}  // namespace ledger::app
