#include "bench/load/bare_handler.hpp"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>

namespace ledger::bench {
namespace {

class Answering final : public Poco::Net::HTTPRequestHandler {
 public:
  explicit Answering(const std::string& body) : body_{body} {}
  void handleRequest(Poco::Net::HTTPServerRequest&, Poco::Net::HTTPServerResponse& response) override {
    response.setContentType("application/json");
    response.sendBuffer(body_.data(), body_.size());
  }

 private:
  const std::string& body_;
};

class Handlers final : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit Handlers(std::string body) : body_{std::move(body)} {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override { return new Answering{body_}; }   // POCO owns it

 private:
  std::string body_;
};

Poco::Net::HTTPServerParams::Ptr unlimited(int max_connections) {
  Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
  params->setMaxThreads(max_connections);
  params->setMaxQueued(max_connections);
  params->setKeepAlive(true);
  params->setMaxKeepAliveRequests(0);   // no limit
  return params;
}

}  // namespace

struct BareHandler::Serving {
  Serving(std::string body, int max_connections)
      : threads{16, max_connections + 16},
        socket{Poco::Net::SocketAddress{"127.0.0.1", 0}, max_connections},
        server{new Handlers{std::move(body)}, threads, socket, unlimited(max_connections)} {
    server.start();
  }
  ~Serving() { server.stopAll(true); }

  Poco::ThreadPool threads;
  Poco::Net::ServerSocket socket;
  Poco::Net::HTTPServer server;
};

BareHandler::BareHandler(std::string body, int max_connections) : serving_{std::make_unique<Serving>(std::move(body), max_connections)} {}
BareHandler::~BareHandler() = default;

std::uint16_t BareHandler::port() const { return serving_->socket.address().port(); }

}  // namespace ledger::bench
