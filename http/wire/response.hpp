#pragma once

#include <string>
#include <string_view>

namespace ledger::http::wire {

// Builds the head of a response. The one place through which headers go out.
class ResponseHead {
 public:
  explicit ResponseHead(int status);

  // Throws std::invalid_argument for what would break out of the line: a value made of a client's bytes must be encoded before.
  void set(std::string_view name, std::string_view value);
  // With Date and the empty line at the end.
  std::string text() &&;

 private:
  std::string text_;
};

}  // namespace ledger::http::wire
