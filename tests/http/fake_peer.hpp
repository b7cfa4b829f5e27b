#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace ledger::http {

// Another node as a test wants it: takes connections one after the other, reads one whole request from each, and does what it is told.
class FakePeer {
 public:
  // The answer's bytes; nothing: it hangs up. May block.
  using Answer = std::function<std::string(const std::string& request)>;

  explicit FakePeer(Answer answer);
  ~FakePeer();

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::size_t requests() const;

 private:
  void serve(const std::stop_token& stop);

  const Answer answer_;
  int socket_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::jthread thread_;
};

// A whole answer with a body of problem+json.
std::string problem_answer(int status, const std::string& body);

}  // namespace ledger::http
