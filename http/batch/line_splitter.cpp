#include "http/batch/line_splitter.hpp"

namespace ledger::http {

void LineSplitter::feed(std::string_view bytes) {
  buffer_.erase(0, begin_);
  searched_ -= begin_;
  begin_ = 0;
  buffer_ += bytes;
}

std::optional<LineSplitter::Line> LineSplitter::next() {
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched_);
    if (end != std::string::npos) {
      if (auto line = cut(end, end + 1)) return line;
      continue;
    }
    drop_if_too_long();
    if (!finished_ || (begin_ == buffer_.size() && !dropping_)) return std::nullopt;
    if (auto line = cut(buffer_.size(), buffer_.size())) return line;
  }
}

// Takes the line that ends there; nothing when it is blank.
std::optional<LineSplitter::Line> LineSplitter::cut(std::size_t end, std::size_t next_begin) {
  const std::string_view text = std::string_view(buffer_).substr(begin_, end - begin_);
  Line line{++taken_, text, dropping_ || text.size() > max_line_bytes_};
  if (line.too_long) line.text = {};
  dropping_ = false;
  begin_ = searched_ = next_begin;
  if (!line.too_long && text.find_first_not_of(" \t\r") == std::string_view::npos) return std::nullopt;
  return line;
}

void LineSplitter::drop_if_too_long() {
  searched_ = buffer_.size();
  if (!dropping_ && buffer_.size() - begin_ <= max_line_bytes_) return;
  dropping_ = true;
  begin_ = searched_ = buffer_.size();
}

}  // namespace ledger::http
