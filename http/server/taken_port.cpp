#include "http/server/taken_port.hpp"

#include <Poco/Net/ServerSocket.h>

#include <stdexcept>

namespace ledger::http {

TakenPort::TakenPort(const std::string& address, std::uint16_t port) : socket_(std::make_unique<Poco::Net::ServerSocket>()) {
  try {
    // Not SO_REUSEPORT, which POCO sets unless told otherwise: a second server on the same port would silently take half of the connections.
    socket_->bind(Poco::Net::SocketAddress(address, port), true, false);
  } catch (const Poco::Exception& error) {
    throw std::runtime_error("cannot listen on " + address + ":" + std::to_string(port) + ": " + error.displayText());
  }
}

TakenPort::~TakenPort() = default;
TakenPort::TakenPort(TakenPort&&) noexcept = default;

std::uint16_t TakenPort::number() const { return socket_->address().port(); }

}  // namespace ledger::http
