#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <sstream>

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/StreamCopier.h>

#include "app/program.hpp"
#include "app/subcommands.hpp"
#include "bench/load/bare_handler.hpp"
#include "bench/load/connection.hpp"
#include "bench/load/load.hpp"

using namespace ledger;
using namespace ledger::bench;
using namespace std::chrono_literals;

namespace {

constexpr const char* kChunked =
    "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\nLedger-Position:  p \r\n\r\n"
    "5\r\nhello\r\nB;x=y\r\n, the world\r\n0\r\nTrailer: t\r\n\r\n";

// Counts what it was asked and answers as the ledger would, by its documented calls alone.
class FakeLedger {
 public:
  explicit FakeLedger(int refuse_every = 0) : refuse_every_{refuse_every}, socket_{Poco::Net::SocketAddress{"127.0.0.1", 0}}, server_{new Handlers{*this}, socket_, new Poco::Net::HTTPServerParams} {
    server_.start();
  }
  ~FakeLedger() { server_.stopAll(true); }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(socket_.address().port()); }
  std::set<std::string> created() {
    const std::lock_guard lock{mutex_};
    return created_;
  }
  std::atomic<int> reads{0};
  std::atomic<int> executions{0};
  std::atomic<int> twice{0};

 private:
  class Handler final : public Poco::Net::HTTPRequestHandler {
   public:
    explicit Handler(FakeLedger& ledger) : ledger_{ledger} {}
    void handleRequest(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) override {
      const std::string body = ledger_.answer(request, response);
      response.sendBuffer(body.data(), body.size());
    }

   private:
    FakeLedger& ledger_;
  };
  class Handlers final : public Poco::Net::HTTPRequestHandlerFactory {
   public:
    explicit Handlers(FakeLedger& ledger) : ledger_{ledger} {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override { return new Handler{ledger_}; }

   private:
    FakeLedger& ledger_;
  };

  std::string answer(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) {
    using Poco::Net::HTTPResponse;
    if (request.get("Authorization", "") != "Bearer plk_test") {
      response.setStatus(HTTPResponse::HTTP_UNAUTHORIZED);
      return "{}";
    }
    if (request.getMethod() == "POST" && request.getURI() == "/api/v1/prompts") {
      std::string body;
      Poco::StreamCopier::copyToString(request.stream(), body);
      if (static_cast<std::streamsize>(body.size()) != request.getContentLength()) {   // cut off when a load ended
        response.setStatus(HTTPResponse::HTTP_BAD_REQUEST);
        return "{}";
      }
      if (refuse_every_ > 0 && ++posts_ % refuse_every_ == 0) {
        response.setStatus(HTTPResponse::HTTP_SERVICE_UNAVAILABLE);
        return R"({"title":"Too busy"})";
      }
      const std::lock_guard lock{mutex_};
      if (!created_.insert(body).second) ++twice;
      response.setStatus(HTTPResponse::HTTP_CREATED);
      response.set("Ledger-Position", "here");
      return R"({"id":"made"})";
    }
    if (request.getMethod() == "POST" && request.getURI() == "/api/v1/executions/batch") {
      if (request.getContentType() != "application/x-ndjson") response.setStatus(HTTPResponse::HTTP_UNSUPPORTEDMEDIATYPE);
      std::string results, line;
      while (std::getline(request.stream(), line)) {
        const bool refused = refuse_every_ > 0 && ++posts_ % refuse_every_ == 0;
        results += refused || line.find(R"("prompt_id":"made")") == std::string::npos ? "{\"status\":\"rejected\",\"problem\":{}}\n" : "{\"status\":\"recorded\"}\n";
        ++executions;
      }
      return results;
    }
    ++reads;
    if (request.has("Ledger-Min-Position") && request.get("Ledger-Min-Position") != "here") response.setStatus(HTTPResponse::HTTP_BAD_REQUEST);
    return R"({"text":"rendered"})";
  }

  const int refuse_every_;
  std::atomic<int> posts_{0};
  std::mutex mutex_;
  std::set<std::string> created_;
  Poco::Net::ServerSocket socket_;
  Poco::Net::HTTPServer server_;
};

struct Ran {
  app::ExitStatus status;
  std::string out;
};
// A file with the key that the fake ledger knows, gone when the test ends.
class KeyFile {
 public:
  KeyFile() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ledger-bench-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    std::ofstream{path()} << "plk_test\n";
  }
  ~KeyFile() { std::filesystem::remove_all(folder_); }
  KeyFile(const KeyFile&) = delete;
  KeyFile& operator=(const KeyFile&) = delete;
  std::string path() const { return (folder_ / "key").string(); }

 private:
  std::filesystem::path folder_;
};

Ran run_bench(const std::string& url, const std::string& key_file, const std::string& what = "all") {
  std::ostringstream out;
  std::ostringstream err;
  const auto status = app::run_program({"bench", "--url", url, "--key-file", key_file, "--seconds", "1", "--warm-up-s", "0", "--clients", "4", "--what", what}, {},
                                       app::subcommands(), out, err);
  return {status, out.str() + err.str()};
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

TEST_CASE("an answer is whole when its last byte is there, in whatever pieces it comes") {
  for (const std::string& bytes : {std::string{kChunked}, std::string{"HTTP/1.1 201 Created\r\ncontent-LENGTH: 16\r\nledger-position: p\r\n\r\nhello, the world"}}) {
    for (std::size_t piece = 1; piece <= bytes.size(); piece += 7) {
      Answer answer;
      for (std::size_t at = 0; at < bytes.size(); at += piece) CHECK(answer.take(std::string_view{bytes}.substr(at, piece)) == (at + piece >= bytes.size()));
      CHECK(answer.status() == 201);
      CHECK(answer.body() == "hello, the world");
      CHECK(answer.header("Ledger-Position").starts_with("p"));
      CHECK(answer.header("Ledger").empty());
      CHECK(answer.keeps_alive());
    }
  }
}

TEST_CASE("answers without a body, and those that end the connection, are told apart") {
  Answer empty;
  CHECK(empty.take("HTTP/1.1 204 No Content\r\n\r\n"));
  CHECK(empty.body().empty());
  Answer zero;
  CHECK(zero.take("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: Close\r\n\r\n"));
  CHECK_FALSE(zero.keeps_alive());
  Answer old;
  CHECK(old.take("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"));
  CHECK_FALSE(old.keeps_alive());
  CHECK_THROWS(Answer{}.take("SSH-2.0-x\r\n\r\n"));
  CHECK_THROWS(Answer{}.take("HTTP/1.1 200 OK\r\n\r\n"));
  CHECK_THROWS(Answer{}.take("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"));
}

TEST_CASE("a target is read from its address") {
  const Target target = Target::parse("http://localhost:81/", "k");
  CHECK(target.host == "localhost");
  CHECK(target.port == 81);
  CHECK(Target::parse("http://example", "").port == 80);
  for (const char* wrong : {"", "localhost:81", "https://localhost", "http://", "http://a:b", "http://a:99999", "http://a/b", "http://me@a"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(Target::parse(wrong, ""), std::invalid_argument);
  }
}

TEST_CASE("a request carries the key, its body's length and further headers") {
  const Target target{.host = "h", .port = 81, .key = "k"};
  CHECK(request(target, "POST", "/x", "{}", {{"A", "b"}}) ==
        "POST /x HTTP/1.1\r\nHost: h:81\r\nAuthorization: Bearer k\r\nA: b\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
  CHECK(request({.host = "h", .port = 81, .key = ""}, "GET", "/") == "GET / HTTP/1.1\r\nHost: h:81\r\n\r\n");
}

TEST_CASE("percentiles are exact") {
  Latencies latencies;
  CHECK(latencies.percentile(0.5) == 0us);
  for (int i = 100; i >= 1; --i) latencies.add(std::chrono::microseconds{i});
  CHECK(latencies.percentile(0) == 1us);
  CHECK(latencies.percentile(0.5) == 50us);
  CHECK(latencies.percentile(0.99) == 99us);
  CHECK(latencies.percentile(1) == 100us);
}

TEST_CASE("a load keeps all its clients busy and counts every answer") {
  const BareHandler server{"{}", 8};
  const Target target{.host = "127.0.0.1", .port = server.port(), .key = ""};
  std::vector<int> calls(8);
  const Load load{.clients = 8, .warm_up_ms = 0ms, .measured_ms = 300ms};
  Measured measured = run_load(
      target, load,
      [&](int client) {
        ++calls[static_cast<std::size_t>(client)];
        return request(target, "GET", "/");
      },
      {});
  std::size_t sum = 0;
  for (const int each : calls) {
    CHECK(each > 10);
    sum += static_cast<std::size_t>(each);
  }
  CHECK(measured.latencies.count() + 2 * 8 >= sum);   // at the end each has one under way, and perhaps one that came too late
  CHECK(measured.latencies.count() <= sum);
  CHECK(measured.refused == 0);
  CHECK(measured.broken == 0);
  CHECK(measured.seconds == doctest::Approx(0.3));
  CHECK(measured.latencies.percentile(1) > 0us);
}

TEST_CASE("bodies larger than the socket takes at once arrive") {
  FakeLedger ledger;
  const Target target = Target::parse(ledger.url(), "plk_test");
  const std::string body(8 * 1024 * 1024, 'x');
  const Load load{.clients = 2, .warm_up_ms = 0ms, .measured_ms = 30'000ms, .answer_timeout_ms = 30'000ms};
  std::stop_source enough;
  int calls = 0;
  const auto next = [&](int) {
    if (++calls > load.clients) enough.request_stop();   // one of the first is answered
    return request(target, "POST", "/api/v1/prompts", body);
  };
  const Measured measured = run_load(target, load, next, enough.get_token());
  CHECK(measured.latencies.count() > 0);
  CHECK(measured.broken == 0);
  CHECK(ledger.created() == std::set<std::string>{body});
}

TEST_CASE("a load ends when it is told to, and cannot begin without a server") {
  std::stop_source stop;
  stop.request_stop();
  const BareHandler server{"{}", 1};
  const Target target{.host = "127.0.0.1", .port = server.port(), .key = ""};
  const auto next = [&](int) { return request(target, "GET", "/"); };
  const Load load{.clients = 1, .warm_up_ms = 0ms, .measured_ms = 60'000ms};
  CHECK(run_load(target, load, next, stop.get_token()).latencies.count() == 0);
  CHECK_THROWS(run_load({.host = "127.0.0.1", .port = 1, .key = ""}, load, next, {}));
}

TEST_CASE("promptledger bench writes, reads, and compares with the bare handler") {
  FakeLedger ledger;
  const Ran ran = run_bench(ledger.url(), KeyFile{}.path());
  CAPTURE(ran.out);
  CHECK(ran.status == app::ExitStatus::done);
  CHECK(ledger.created().size() > 100);
  CHECK(ledger.twice == 0);
  CHECK(ledger.reads > 100);
  CHECK(ledger.executions >= 20'000);
  CHECK(has(ran.out, "executions in batches of 10000, 2 at a time: "));
  CHECK(has(ran.out, "create a prompt                    1"));
  CHECK(has(ran.out, "create a prompt                    4"));
  CHECK(has(ran.out, "prompt by name and label           4"));
  CHECK(has(ran.out, "bare POCO, the same answer         4"));
  CHECK(has(ran.out, "by name / bare: "));
}

TEST_CASE("a measurement with refused calls is no measurement") {
  FakeLedger ledger{10};
  const Ran ran = run_bench(ledger.url(), KeyFile{}.path(), "write");
  CAPTURE(ran.out);
  CHECK(ran.status == app::ExitStatus::failed);
  CHECK(has(ran.out, R"(refused, for example: 503 {"title":"Too busy"})"));
}

TEST_CASE("a batch whose lines were not all recorded is no measurement") {
  FakeLedger ledger{1'000};
  const Ran ran = run_bench(ledger.url(), KeyFile{}.path(), "batch");
  CAPTURE(ran.out);
  CHECK(ran.status == app::ExitStatus::failed);
  CHECK(has(ran.out, "were not recorded, for example: "));
}

TEST_CASE("a bench without a server or a key fails") {
  CHECK(run_bench("http://127.0.0.1:1", KeyFile{}.path()).status == app::ExitStatus::failed);
  const FakeLedger ledger;
  CHECK(run_bench(ledger.url(), "/nowhere/key").status == app::ExitStatus::failed);
}
