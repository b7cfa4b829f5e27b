#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ledger::http {

// What a client saw.
struct RawResponse {
  int status = 0;                      // 0: the connection ended without an answer
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  std::string header(std::string_view name) const;           // "" when absent
};

// A TCP client that sends exactly the bytes it is told to. Every wait ends after some seconds.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  RawClient(RawClient&& other) noexcept;
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  RawClient& operator=(RawClient&&) = delete;
  ~RawClient();

  bool send(std::string_view bytes);                         // false: the server has closed
  RawResponse response(bool without_body = false);           // the next one, by its length, or to the end of the connection
  RawResponse ask(std::string_view bytes);
  std::string read_until(std::string_view end, std::chrono::milliseconds at_most = std::chrono::seconds(5));
  // True when the server has closed within the time.
  bool closed_within(std::chrono::milliseconds at_most);
  void shrink_receive_buffer();
  void half_close();                                         // nothing more will be sent
  void close();

 private:
  bool more(std::chrono::milliseconds at_most);              // false: closed, or nothing came

  int socket_;
  std::string buffer_;
};

}  // namespace ledger::http
