#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// As much of HTTP/1.1 as a load generator needs, without a client library whose cost would be measured too.
namespace ledger::bench {

// Where to measure, and with which key.
struct Target {
  std::string host;
  std::uint16_t port = 80;
  std::string key;                     // of the ledger; empty: none is sent

  // Reads http://host[:port]; throws std::invalid_argument with a sentence.
  static Target parse(const std::string& url, std::string key);
};

using Headers = std::vector<std::pair<std::string, std::string>>;

// A request's bytes.
std::string request(const Target& target, std::string_view method, std::string_view path, std::string_view body = {}, const Headers& headers = {},
                    std::string_view media = "application/json");

// Takes an answer as it comes in, in any pieces. Throws std::runtime_error on what is no HTTP answer.
class Answer {
 public:
  // True when the answer is whole; what came after it is never looked at.
  bool take(std::string_view bytes);
  // Ready for the next answer.
  void clear() { *this = Answer{}; }

  int status() const { return status_; }
  bool keeps_alive() const { return keeps_alive_; }
  const std::string& body() const { return body_; }
  // The header's value, or "".
  std::string header(std::string_view name) const;

 private:
  enum class Part { head, sized_body, chunk_size, chunk, trailer, whole };

  void read_head(std::string_view head);
  bool step();

  Part part_ = Part::head;
  std::string unread_;
  std::size_t expected_ = 0;           // bytes that the body or the chunk still lacks
  std::string head_;
  std::string body_;
  int status_ = 0;
  bool keeps_alive_ = true;
};

}  // namespace ledger::bench
