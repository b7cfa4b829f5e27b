#pragma once

#include <string>

#include "http/server/connection_table.hpp"
#include "http/server/frame.hpp"
#include "http/server/server.hpp"
#include "http/wire/body.hpp"
#include "http/wire/wire.hpp"

namespace ledger::http {

// One client's connection: its requests one after the other, until either side has enough. One thread.
class Connection {
 public:
  // `client` is its address, for the access log. The socket stays the caller's.
  Connection(int socket, std::string client, ConnectionTable& table, const Frame& frame, Budget& bytes, const ServerSettings& settings);

  // Returns when the connection is to be closed.
  void serve();

 private:
  enum class After : std::uint8_t { keep, close, linger };

  bool await_request();
  After serve_one();
  After refuse(const Problem& problem);
  // Refused when it is large and there is no room for it.
  void count_bytes(Answer& answer, Budget::Share& bytes) const;
  // Sends the answer and reports it. `head` may be null, when there was none to be read.
  After send(Answer& answer, const wire::Head* head, wire::BodyReader* body, std::chrono::steady_clock::time_point began);
  bool send_whole(Answer& answer, const wire::Head* head, bool keep);
  // The answer of a stream or an exchange: `body` is read by the latter.
  bool send_stream(Answer& answer, const wire::Head& head, wire::BodyReader& body);
  bool transmitted(const Result<void, wire::Cut>& sent);

  std::string client_;
  ConnectionTable& table_;
  const Frame& frame_;
  Budget& bytes_;                      // of bodies and answers that are held
  const ServerSettings& settings_;
  ConnectionTable::Stay stay_;
  wire::Wire wire_;
  bool first_ = true;
};

}  // namespace ledger::http
