// The baseline beside which the HTTP frame is measured: POCO's HTTP server with a handler that answers one fixed body, and our server with a
// trivial route that asks for a key, in one process. Prints both addresses and serves until its input ends:
//
//   bench_bare_poco & wrk -t2 -c64 -d5 -H "Authorization: Bearer <secret>" http://127.0.0.1:<port>/trivial

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>

#include <iostream>
#include <limits>
#include <string>

#include "http/app.hpp"
#include "http/server/server.hpp"

namespace {

using namespace ledger::http;

constexpr int kConnections = 512;
const std::string kBody = R"({"id":"0190a000-0000-7000-8000-000000000000","name":"trivial","version":1})";

class Answering final : public Poco::Net::HTTPRequestHandler {
 public:
  void handleRequest(Poco::Net::HTTPServerRequest&, Poco::Net::HTTPServerResponse& response) override {
    response.setContentType("application/json");
    response.sendBuffer(kBody.data(), kBody.size());
  }
};

class Handlers final : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override { return new Answering; }
};

class OneKey final : public KeyRing {
 public:
  explicit OneKey(const std::string& secret) : digest_(digest_of(secret)) {}
  std::optional<Principal> find(const ledger::crypto::Sha256& of_secret) const override {
    if (of_secret != digest_) return std::nullopt;
    return Principal{.actor = "api-key/bench", .workspace = "bench", .role = Role::viewer, .key_id = "bench"};
  }

 private:
  ledger::crypto::Sha256 digest_;
};

Outcome trivial(const Request&, App&) { return text_reply(200, kBody, "application/json"); }

constexpr Route kRoutes[] = {{"GET", "/trivial", Role::viewer, trivial, "trivial"}};

}  // namespace

int main() {
  Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
  params->setMaxThreads(kConnections);
  params->setMaxQueued(kConnections);
  params->setKeepAlive(true);
  params->setMaxKeepAliveRequests(0);
  Poco::ThreadPool threads(16, kConnections + 16);
  Poco::Net::HTTPServer bare(new Handlers, threads, Poco::Net::ServerSocket(Poco::Net::SocketAddress("127.0.0.1", 0), kConnections), params);
  bare.start();

  App app;
  const std::string secret = new_secret();
  const OneKey keys(secret);
  ServerSettings settings;
  settings.port = 0;
  settings.max_connections = kConnections;
  const Server framed(settings, kRoutes, app, keys, {});

  std::cout << "bare   http://127.0.0.1:" << bare.port() << "/\n"
            << "framed http://127.0.0.1:" << framed.port() << "/trivial\n"
            << "secret " << secret << std::endl;
  std::cin.ignore(std::numeric_limits<std::streamsize>::max());
  bare.stopAll(true);
}
