#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace Poco::Net {
class ServerSocket;
}

namespace ledger::http {

// A port that is ours before anybody is answered there, so that others can be told of it first. Callers are refused until a Server takes
// it over.
class TakenPort {
 public:
  // Port 0 takes any that is free. Throws std::runtime_error when it cannot be had.
  TakenPort(const std::string& address, std::uint16_t port);
  ~TakenPort();
  TakenPort(TakenPort&&) noexcept;
  TakenPort& operator=(TakenPort&&) = delete;

  std::uint16_t number() const;

 private:
  friend class Server;
  std::unique_ptr<Poco::Net::ServerSocket> socket_;
};

}  // namespace ledger::http
