// The server as its clients see it, over raw sockets: every way in which a connection can go wrong.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include "domain/json.hpp"
#include "http/app.hpp"
#include "http/live/event_stream.hpp"
#include "http/reading/json_reader.hpp"
#include "http/server/budget.hpp"
#include "http/server/server.hpp"
#include "infra/crypto/uuid.hpp"
#include "raw_client.hpp"

using namespace ledger;
using namespace ledger::http;
using namespace std::chrono_literals;
using nlohmann::json;
using std::chrono::steady_clock;

namespace {

std::atomic<int> calls{0};
std::atomic<bool> release_blocked{false};

Outcome hello(const Request& request, App&) {
  ++calls;
  return json_reply(200, {{"actor", request.principal.actor}, {"traceparent", request.traceparent}, {"parameters", request.parameters}, {"query", request.query}}).tagged(7);
}
Outcome echo(const Request& request, App&) {
  ++calls;
  return json_reply(201, {{"got", request.body().value}, {"raw", request.raw_body}});
}
Outcome maybe(const Request& request, App&) { return json_reply(200, {{"json", request.json != nullptr}}); }
Outcome fails(const Request&, App&) { throw std::runtime_error("secret detail"); }
Outcome fails_oddly(const Request&, App&) { throw 42; }
Outcome away(const Request&, App&) { throw Unavailable("no database at 10.0.0.1"); }
Outcome forges(const Request&, App&) { return no_content().with("Location", "/a\r\nSet-Cookie: x=1"); }
Outcome large(const Request&, App&) { return text_reply(200, std::string(32 * 1024 * 1024, 'x'), "text/plain"); }
Outcome blocked(const Request&, App&) {
  ++calls;
  while (!release_blocked) std::this_thread::sleep_for(1ms);
  return no_content();
}
Outcome ticks(const Request&, App&) {
  return event_stream(50ms, [](EventStream& events) {
    (void)events.send("1", "tick", "a\nb\r\nc");
    while (events.wait(10s, "")) continue;
  });
}
Outcome floods(const Request&, App&) {
  return event_stream(1s, [](EventStream& events) {
    while (events.send("", "", std::string(64 * 1024, 'x'))) continue;
  });
}
Outcome three(const Request&, App&) {
  Reply reply;
  reply.content_type = "text/plain";
  reply.stream = [](BodySink& sink) { (void)(sink.write("one ") && sink.write("") && sink.write("two")); };
  return reply;
}
Outcome breaks(const Request&, App&) {
  Reply reply;
  reply.stream = [](BodySink& sink) {
    (void)sink.write("part");
    throw std::runtime_error("the query broke");
  };
  return reply;
}

constexpr Route kRoutes[] = {
    {"GET", "/hello", Role::viewer, hello, "hello"},
    {"PUT", "/hello", Role::editor, hello, "put_hello"},
    {"GET", "/open/{name}", Role::open, hello, "open", Body::none, WhenFull::answered},
    {"POST", "/open/{name}", Role::open, hello, "post_open"},
    {"GET", "/things/{a}/and/{b}", Role::open, hello, "two"},
    {"GET", "/things/search/and/{b}", Role::open, hello, "search"},
    {"POST", "/echo", Role::open, echo, "echo", Body::json},
    {"POST", "/maybe", Role::open, maybe, "maybe", Body::optional_json},
    {"GET", "/fails", Role::open, fails, "fails"},
    {"GET", "/fails-oddly", Role::open, fails_oddly, "fails_oddly"},
    {"GET", "/away", Role::open, away, "away"},
    {"GET", "/forges", Role::open, forges, "forges"},
    {"GET", "/large", Role::open, large, "large"},
    {"GET", "/blocked", Role::open, blocked, "blocked"},
    {"GET", "/kept", Role::viewer, blocked, "kept"},
    {"POST", "/kept", Role::open, blocked, "post_kept", Body::json},
    {"GET", "/ticks", Role::open, ticks, "ticks"},
    {"GET", "/floods", Role::open, floods, "floods"},
    {"GET", "/three", Role::open, three, "three"},
    {"GET", "/breaks", Role::open, breaks, "breaks"},
    {"DELETE", "/admin", Role::admin, hello, "admin"},
};

class OneKey final : public KeyRing {
 public:
  std::optional<Principal> find(const crypto::Sha256& of_secret) const override {
    if (of_secret != digest_) return std::nullopt;
    return Principal{.actor = "api-key/1", .workspace = "w", .role = Role::editor, .key_id = "pk-1"};
  }
  const std::string secret = new_secret();

 private:
  crypto::Sha256 digest_ = digest_of(secret);
};

ServerSettings quick() {
  ServerSettings settings;
  settings.port = 0;
  settings.max_connections = 16;
  settings.max_event_streams = 4;
  settings.max_body_bytes = 100'000;
  settings.keep_alive_ms = 5s;
  settings.receive_timeout_ms = 300ms;
  settings.send_timeout_ms = 300ms;
  settings.stop_timeout_ms = 500ms;
  return settings;
}

struct Served {
  explicit Served(ServerSettings settings = quick())
      : server(settings, kRoutes, app, keys,
               Hooks{.observer = nullptr,
                     .access_log = [this](const AccessEntry& entry) { const std::lock_guard lock(mutex); log.push_back(entry); },
                     .fault_log = [this](std::string_view id, std::string_view what) {
                       const std::lock_guard lock(mutex);
                       faults.push_back(std::string(id) + ": " + std::string(what));
                     }}) {
    calls = 0;
    release_blocked = false;
  }
  ~Served() { release_blocked = true; }

  RawClient client() const { return RawClient(server.port()); }
  RawResponse ask(const std::string& bytes) const { return client().ask(bytes); }
  // Waits for the line, which is written after the answer was sent.
  AccessEntry logged(std::size_t index) {
    for (int i = 0; i < 2'000; ++i, std::this_thread::sleep_for(1ms)) {
      const std::lock_guard lock(mutex);
      if (log.size() > index) return log[index];
    }
    FAIL("no line in the access log");
    return {};
  }

  App app;
  OneKey keys;
  std::mutex mutex;
  std::vector<AccessEntry> log;
  std::vector<std::string> faults;
  Server server;
};

template <class Predicate>
bool eventually(Predicate holds, std::chrono::milliseconds at_most = 5s) {
  for (const auto until = steady_clock::now() + at_most; steady_clock::now() < until; std::this_thread::sleep_for(2ms)) {
    if (holds()) return true;
  }
  return false;
}

std::string get(const std::string& target, const std::string& more = "") { return "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + more + "\r\n"; }
std::string post(const std::string& target, const std::string& body, const std::string& type = "application/json") {
  return "POST " + target + " HTTP/1.1\r\nHost: h\r\nContent-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
json parsed(const RawResponse& response) { return json::parse(response.body, nullptr, false); }
std::string type_of(const RawResponse& response) {
  const json document = parsed(response);
  return document.is_object() ? document.value("type", "") : "";
}

}  // namespace

TEST_CASE("a request with a key is answered, and the connection stays for the next") {
  Served served;
  RawClient client = served.client();
  for (int i = 0; i < 3; ++i) {
    const auto response = client.ask(get("/hello?a=1&b=x%20y", "Authorization: Bearer " + served.keys.secret + "\r\nX-Request-Id: r-1\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"));
    REQUIRE(response.status == 200);
    CHECK(response.header("Content-Type") == "application/json");
    CHECK(response.header("ETag") == "\"7\"");
    CHECK(response.header("X-Request-Id") == "r-1");
    CHECK(response.header("Connection").empty());
    CHECK_FALSE(response.header("Date").empty());
    CHECK(parsed(response).at("actor") == "api-key/1");
    CHECK(parsed(response).at("traceparent") == "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    CHECK(parsed(response).at("query") == json::array({{"a", "1"}, {"b", "x y"}}));
  }
}

TEST_CASE("requests sent ahead are answered in order") {
  Served served;
  RawClient client = served.client();
  REQUIRE(client.send(get("/open/1") + "\r\n" + post("/echo", "[2]") + get("/open/3")));
  CHECK(parsed(client.response()).at("parameters") == json::array({{"name", "1"}}));
  CHECK(parsed(client.response()).at("got") == json::array({2}));
  CHECK(parsed(client.response()).at("parameters") == json::array({{"name", "3"}}));
}

TEST_CASE("the access log has a line per request, and no secrets") {
  Served served;
  const auto response = served.ask(get("/hello?token=hidden", "Authorization: Bearer " + served.keys.secret + "\r\n"));
  const AccessEntry entry = served.logged(0);
  CHECK(entry.request_id == response.header("X-Request-Id"));
  CHECK(crypto::is_uuid(entry.request_id));
  CHECK(entry.method == "GET");
  CHECK(entry.path == "/hello");
  CHECK(entry.route == "hello");
  CHECK(entry.status == 200);
  CHECK(entry.actor == "api-key/1");
  CHECK(entry.bytes_out == response.body.size());
  CHECK(entry.client.starts_with("127.0.0.1:"));
  CHECK(entry.problem.empty());
  (void)served.ask(get("/nowhere"));
  CHECK(served.logged(1).problem == "no-such-route");
}

TEST_CASE("keys and roles are asked for before anything else") {
  Served served;
  const auto unknown = served.ask(get("/hello"));
  CHECK(unknown.status == 401);
  CHECK(unknown.header("WWW-Authenticate") == "Bearer realm=\"promptledger\"");
  CHECK(type_of(unknown) == "/problems/unauthenticated");
  const auto less = served.ask("DELETE /admin HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + served.keys.secret + "\r\n\r\n");
  CHECK(less.status == 403);
  CHECK(parsed(less).at("detail").get<std::string>().find("admin") != std::string::npos);
  CHECK(calls == 0);
}

TEST_CASE("paths and methods that are not there") {
  Served served;
  CHECK(type_of(served.ask(get("/nowhere"))) == "/problems/no-such-route");
  CHECK(served.ask(get("/hello/")).status == 404);
  CHECK(served.ask(get("/open/")).status == 404);
  const auto wrong = served.ask("DELETE /hello HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(wrong.status == 405);
  CHECK(wrong.header("Allow") == "GET, HEAD, PUT, OPTIONS");
  CHECK(type_of(wrong) == "/problems/method-not-allowed");
  CHECK(served.ask("BREW /hello HTTP/1.1\r\nHost: h\r\n\r\n").status == 405);
  const auto options = served.ask("OPTIONS /hello HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(options.status == 204);
  CHECK(options.header("Allow") == "GET, HEAD, PUT, OPTIONS");
  CHECK(served.ask("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").status == 204);
  CHECK(served.ask("GET * HTTP/1.1\r\nHost: h\r\n\r\n").status == 400);
}

TEST_CASE("HEAD is GET without the body") {
  Served served;
  RawClient client = served.client();
  REQUIRE(client.send("HEAD /open/a HTTP/1.1\r\nHost: h\r\n\r\n"));
  const auto head = client.response(true);
  CHECK(head.status == 200);
  const auto whole = client.ask(get("/open/a"));
  CHECK(whole.status == 200);
  CHECK(head.header("Content-Length") == std::to_string(whole.body.size()));
  CHECK(head.header("ETag") == whole.header("ETag"));
  REQUIRE(client.send("HEAD /ticks HTTP/1.1\r\nHost: h\r\n\r\n"));
  CHECK(client.response(true).header("Content-Type") == "text/event-stream");
}

TEST_CASE("a path is decoded after it is split, and exact segments win") {
  Served served;
  CHECK(parsed(served.ask(get("/open/a%2Fb%20c"))).at("parameters") == json::array({{"name", "a/b c"}}));
  CHECK(parsed(served.ask(get("/things/x/and/y"))).at("parameters") == json::array({{"a", "x"}, {"b", "y"}}));
  CHECK(parsed(served.ask(get("/things/search/and/y"))).at("parameters") == json::array({{"b", "y"}}));
  for (const char* bad : {"/open/%", "/open/%zz", "/open/%00", "/open/%ff", "/open/a?b=%f"}) {
    CAPTURE(bad);
    CHECK(served.ask(get(bad)).status == 400);
  }
}

TEST_CASE("what a handler throws is a 500 with an id that the log knows, and nothing from inside") {
  Served served;
  for (const char* path : {"/fails", "/fails-oddly", "/forges"}) {
    CAPTURE(path);
    RawClient client = served.client();
    const auto response = client.ask(get(path));
    CHECK(response.status == 500);
    CHECK(response.header("Content-Type") == "application/problem+json");
    CHECK(response.header("Set-Cookie").empty());
    CHECK(response.body.find("secret detail") == std::string::npos);
    const std::lock_guard lock(served.mutex);
    CHECK(served.faults.back().starts_with(parsed(response).at("request_id").get<std::string>() + ": "));
  }
  const auto away = served.ask(get("/away"));
  CHECK(away.status == 503);
  CHECK(away.header("Retry-After") == "1");
  CHECK(away.body.find("10.0.0.1") == std::string::npos);
}

TEST_CASE("bodies are JSON, and what is not is told apart") {
  Served served;
  CHECK(parsed(served.ask(post("/echo", R"({"a":1})"))).at("got") == json{{"a", 1}});
  CHECK(served.ask(post("/echo", "{}", "application/json; charset=UTF-8")).status == 201);
  CHECK(served.ask(post("/echo", "{}", "application/merge-patch+json")).status == 201);
  CHECK(served.ask(post("/echo", "{}", "text/plain")).status == 415);
  CHECK(served.ask(post("/echo", "{}", "application/json; charset=latin1")).status == 415);
  const auto broken = served.ask(post("/echo", "{\"a\":\n}"));
  CHECK(broken.status == 400);
  CHECK(type_of(broken) == "/problems/malformed-json");
  CHECK(parsed(broken).at("detail") == "Line 2, column 1: this is not the beginning of a JSON value.");
  CHECK(served.ask(post("/echo", std::string(50'000, '['))).status == 400);
  CHECK(calls == 3);
}

TEST_CASE("a POST with neither length nor chunks has no body, and is answered at once") {
  Served served;
  const auto began = steady_clock::now();
  CHECK(served.ask("POST /open/a HTTP/1.1\r\nHost: h\r\n\r\n").status == 200);
  CHECK(parsed(served.ask("POST /maybe HTTP/1.1\r\nHost: h\r\n\r\n")).at("json") == false);
  CHECK(type_of(served.ask("POST /echo HTTP/1.1\r\nHost: h\r\n\r\n")) == "/problems/malformed-json");
  CHECK(steady_clock::now() - began < 250ms);
}

TEST_CASE("a chunked body is read to its end and no further") {
  Served served;
  RawClient client = served.client();
  const std::string head = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  const auto began = steady_clock::now();
  for (int i = 0; i < 2; ++i) CHECK(parsed(client.ask(head + "3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n")).at("got") == json::array({1, 2}));
  CHECK(steady_clock::now() - began < 250ms);
  const auto bad = client.ask(head + "zz\r\n[1]\r\n0\r\n\r\n");
  CHECK(bad.status == 400);
  CHECK(bad.header("Connection") == "close");
  CHECK(client.closed_within(3s));
}

TEST_CASE("a body that nobody asked for is not the next request") {
  Served served;
  const std::string smuggled = get("/open/smuggled");
  SUBCASE("when it is small, it is skipped and the connection stays") {
    RawClient client = served.client();
    CHECK(parsed(client.ask(post("/open/first", smuggled))).at("parameters") == json::array({{"name", "first"}}));
    CHECK(parsed(client.ask(get("/open/second"))).at("parameters") == json::array({{"name", "second"}}));
  }
  SUBCASE("when it is large, the connection closes") {
    RawClient client = served.client();
    std::string body;
    while (body.size() < 80'000) body += smuggled;
    const auto response = client.ask(post("/open/first", body));
    CHECK(response.status == 200);
    CHECK(response.header("Connection") == "close");
    CHECK(client.closed_within(3s));
  }
  SUBCASE("when it is chunked, the connection closes") {
    RawClient client = served.client();
    const auto response = client.ask("POST /open/first HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled);
    CHECK(response.header("Connection") == "close");
    CHECK(client.closed_within(3s));
  }
  CHECK(calls <= 2);
}

TEST_CASE("a body that is cut short is a 400, and never a shorter body") {
  Served served;
  RawClient client = served.client();
  REQUIRE(client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n[1]"));
  SUBCASE("by silence: 408") {
    const auto response = client.response();
    CHECK(response.status == 408);
    CHECK(response.header("Connection") == "close");
    CHECK(served.server.load().timed_out == 1);
  }
  SUBCASE("by the end of what it sends") {
    client.half_close();
    const auto response = client.response();
    CHECK(response.status == 400);
    CHECK(type_of(response) == "/problems/malformed-request");
  }
  CHECK(calls == 0);
}

TEST_CASE("a body over the limit is refused before it is read") {
  Served served;
  const std::string head = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n";
  SUBCASE("by its length, before a byte of it was sent") {
    RawClient client = served.client();
    const auto response = client.ask(head + "Content-Length: 1000000000\r\n\r\n");
    CHECK(response.status == 413);
    CHECK(response.header("Connection") == "close");
  }
  SUBCASE("and a client that sends it nevertheless gets the answer") {
    RawClient client = served.client();
    REQUIRE(client.send(head + "Content-Length: 5000000\r\n\r\n" + std::string(5'000'000, ' ')));
    CHECK(client.response().status == 413);
    CHECK(client.closed_within(3s));
  }
  SUBCASE("by its chunks") {
    RawClient client = served.client();
    const auto response = client.ask(head + "Transfer-Encoding: chunked\r\n\r\nfffff\r\n" + std::string(1'000, ' '));
    CHECK(response.status == 413);
  }
  SUBCASE("and a client that waits for leave is not given it") {
    RawClient client = served.client();
    const auto response = client.ask(head + "Expect: 100-continue\r\nContent-Length: 1000000\r\n\r\n");
    CHECK(response.status == 413);
    CHECK(response.header("Connection") == "close");
  }
  CHECK(calls == 0);
}

TEST_CASE("a client that waits for leave to send its body is told at once, but not when it is refused anyway") {
  Served served;
  RawClient client = served.client();
  const std::string head = "Host: h\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
  CHECK(client.ask("POST /echo HTTP/1.1\r\n" + head).status == 100);
  CHECK(parsed(client.ask("[1]")).at("got") == json::array({1}));
  const auto refused = client.ask("POST /nowhere HTTP/1.1\r\n" + head);
  CHECK(refused.status == 404);
  CHECK(refused.header("Connection") == "close");
}

TEST_CASE("what is no request is answered and the connection closed") {
  Served served;
  struct Case {
    std::string text;
    int status;
  };
  for (const Case& c : std::vector<Case>{{"nonsense\r\n\r\n", 400},
                                         {"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
                                         {"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", 400},
                                         {"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: three\r\n\r\n", 400},
                                         {get("/" + std::string(40'000, 'a')), 431},
                                         {"GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(40'000, 'a'), 431},
                                         {"\x16\x03\x01\x02" + std::string(100, '\x01') + "\r\n\r\n", 400}}) {
    CAPTURE(c.text.substr(0, 60));
    RawClient client = served.client();
    const auto response = client.ask(c.text);
    CHECK(response.status == c.status);
    CHECK(response.header("Content-Type") == "application/problem+json");
    CHECK(response.header("Connection") == "close");
    CHECK(client.closed_within(3s));
  }
  CHECK(calls == 0);
}

TEST_CASE("a client that drips its request is cut off") {
  Served served;
  const auto began = steady_clock::now();
  SUBCASE("in the head, answered with 408") {
    RawClient client = served.client();
    std::jthread drip([&](std::stop_token stop) {
      (void)client.send("GET /open/a HTTP/1.1\r\n");
      while (!stop.stop_requested() && client.send("X: y\r\n")) std::this_thread::sleep_for(50ms);
    });
    CHECK(eventually([&] { return served.server.load().timed_out == 1; }));
    CHECK(eventually([&] { return served.server.load().connections == 0; }));
  }
  SUBCASE("before the first byte, silently") {
    RawClient client = served.client();
    CHECK(client.closed_within(3s));
  }
  SUBCASE("in the body") {
    RawClient client = served.client();
    std::jthread drip([&](std::stop_token stop) {
      (void)client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n");
      while (!stop.stop_requested() && client.send(" ")) std::this_thread::sleep_for(50ms);
    });
    CHECK(eventually([&] { return served.server.load().timed_out == 1; }));
    CHECK(eventually([&] { return served.server.load().connections == 0; }));
  }
  CHECK(steady_clock::now() - began < 4s);
}

TEST_CASE("a client that does not read its answer is cut off") {
  Served served;
  RawClient client = served.client();
  client.shrink_receive_buffer();
  REQUIRE(client.send(get("/large")));
  CHECK(eventually([&] { return served.server.load().timed_out == 1; }));
  CHECK(eventually([&] { return served.server.load().connections == 0; }));
}

TEST_CASE("idle connections never keep others out") {
  Served served;                                                    // room for 16
  std::vector<RawClient> idle;
  for (int i = 0; i < 16; ++i) {
    idle.push_back(served.client());
    REQUIRE(idle.back().ask(get("/open/a")).status == 200);
  }
  std::this_thread::sleep_for(60ms);                                // longer than between two requests
  for (int i = 0; i < 10; ++i) {
    idle.push_back(served.client());
    REQUIRE(idle.back().ask(get("/open/a")).status == 200);
  }
  CHECK(served.server.load().evicted == 10);
  CHECK(served.server.load().turned_away == 0);
  CHECK(served.server.load().connections <= 17);
  CHECK(idle.front().closed_within(1s));
  CHECK(idle.back().ask(get("/open/a")).status == 200);
}

TEST_CASE("connections that never say anything do not keep others out either") {
  Served served;
  std::vector<RawClient> silent;
  for (int i = 0; i < 16; ++i) silent.push_back(served.client());
  REQUIRE(eventually([&] { return served.server.load().idle == 16; }));
  // The oldest has no time left before the receive timeout closes it anyway; whichever comes first, a client gets in.
  CHECK(eventually([&] { return served.client().ask(get("/open/a")).status == 200; }));
}

TEST_CASE("when all threads work, the next is turned away with an answer, and the one after them is served") {
  Served served;
  std::vector<RawClient> busy;
  for (int i = 0; i < 16; ++i) {
    busy.push_back(served.client());
    REQUIRE(busy.back().send(get("/blocked")));
  }
  REQUIRE(eventually([&] { return served.server.load().connections == 16 && served.server.load().idle == 0; }));
  for (int i = 0; i < 3; ++i) {
    RawClient next = served.client();
    const auto refused = next.ask(post("/open/a", std::string(50'000, ' ')));
    CHECK(refused.status == 503);
    CHECK(type_of(refused) == "/problems/overloaded");
    CHECK(refused.header("Retry-After") == "1");
    CHECK(refused.header("Connection") == "close");
    CHECK(next.closed_within(3s));
  }
  CHECK(served.server.load().turned_away == 3);
  release_blocked = true;
  for (auto& client : busy) CHECK(client.response().status == 204);
  CHECK(busy.front().ask(get("/open/a")).status == 200);
}

TEST_CASE("more requests than are answered at a time are refused at once, but not those by which it is watched") {
  auto settings = quick();
  settings.max_requests = 3;
  Served served(settings);
  const std::string key = "Authorization: Bearer " + served.keys.secret + "\r\n";
  std::vector<RawClient> busy;
  for (int i = 0; i < 3; ++i) {
    busy.push_back(served.client());
    REQUIRE(busy.back().send(get("/kept", key)));
  }
  REQUIRE(eventually([&] { return served.server.load().requests == 3; }));
  RawClient next = served.client();
  for (const std::string& asked : {get("/hello", key), get("/hello")}) {        // before the key is looked at
    const auto refused = next.ask(asked);
    CHECK(refused.status == 503);
    CHECK(type_of(refused) == "/problems/overloaded");
    CHECK(refused.header("Retry-After") == "1");
    CHECK(refused.header("Connection").empty());
  }
  CHECK(served.server.load().refused_requests == 2);
  CHECK(next.ask(get("/open/a")).status == 200);
  release_blocked = true;
  for (auto& client : busy) CHECK(client.response().status == 204);
  CHECK(next.ask(get("/hello", key)).status == 200);
  CHECK(served.server.load().requests == 0);
}

TEST_CASE("large bodies have a bound all together, and so have answers") {
  auto settings = quick();
  settings.max_held_bytes = 45'000;                                  // room for one of these, and not for two
  Served served(settings);
  const std::string body = "\"" + std::string(90'000, 'x') + "\"";
  RawClient first = served.client();
  REQUIRE(first.send(post("/kept", body)));
  REQUIRE(eventually([&] { return calls == 1; }));
  CHECK(served.server.load().held_bytes >= body.size() - kUncountedBytes);
  RawClient second = served.client();
  const auto refused = second.ask(post("/kept", body));
  CHECK(refused.status == 503);
  CHECK(refused.header("Retry-After") == "1");
  CHECK(second.closed_within(3s));
  const auto large = served.ask(get("/large"));
  CHECK(large.status == 503);
  CHECK(type_of(large) == "/problems/overloaded");
  CHECK(served.ask(post("/echo", "[1]")).status == 201);             // what is small is not counted
  CHECK(served.server.load().refused_bytes == 2);
  release_blocked = true;
  CHECK(first.response().status == 204);
  CHECK(eventually([&] { return served.server.load().held_bytes == 0; }));
}

TEST_CASE("an idle connection is closed after its time") {
  auto settings = quick();
  settings.keep_alive_ms = 100ms;
  Served served(settings);
  RawClient client = served.client();
  CHECK(client.ask(get("/open/a")).status == 200);
  CHECK(client.closed_within(2s));
}

TEST_CASE("events come as they are sent, with heartbeats between them") {
  Served served;
  RawClient client = served.client();
  const auto head = [&] { REQUIRE(client.send(get("/ticks"))); return client.read_until("\r\n\r\n"); }();
  CHECK(head.find("Content-Type: text/event-stream\r\n") != std::string::npos);
  CHECK(head.find("Transfer-Encoding: chunked\r\n") != std::string::npos);
  CHECK(client.read_until("data: c\n\n").ends_with("id: 1\nevent: tick\ndata: a\ndata: b\ndata: c\n\n"));
  for (int i = 0; i < 3; ++i) CHECK(client.read_until(": keep-alive\n\n", 2s).ends_with(": keep-alive\n\n"));
  CHECK(served.server.load().event_streams == 1);
  client.close();
  CHECK(eventually([&] { return served.server.load().event_streams == 0; }, 1s));
}

TEST_CASE("streams beyond the cap are refused, and others are not kept waiting by them") {
  Served served;                                                    // room for 4 streams
  std::vector<RawClient> streams;
  for (int i = 0; i < 4; ++i) {
    streams.push_back(served.client());
    REQUIRE(streams.back().send(get("/ticks")));
    REQUIRE(streams.back().read_until(": open").ends_with(": open"));
  }
  RawClient more = served.client();
  const auto refused = more.ask(get("/ticks"));
  CHECK(refused.status == 503);
  CHECK(refused.header("Retry-After") == "5");
  CHECK(type_of(refused) == "/problems/too-many-streams");
  CHECK(more.ask(get("/open/a")).status == 200);
  streams.pop_back();
  CHECK(eventually([&] {
    RawClient again = served.client();
    return again.send(get("/ticks")) && again.response(true).status == 200;
  }));
}

TEST_CASE("a slow reader of a stream is cut off") {
  Served served;
  RawClient client = served.client();
  client.shrink_receive_buffer();
  REQUIRE(client.send(get("/floods")));
  CHECK(eventually([&] { return served.server.load().event_streams == 0 && served.server.load().timed_out == 1; }, 10s));
}

TEST_CASE("a streamed body ends with its last chunk, unless it broke") {
  Served served;
  CHECK(served.ask(get("/three")).body == "4\r\none \r\n3\r\ntwo\r\n0\r\n\r\n");
  CHECK(served.ask(get("/breaks")).body == "4\r\npart\r\n");
  const std::lock_guard lock(served.mutex);
  CHECK(served.faults.back().ends_with(": the query broke"));
}

TEST_CASE("an HTTP/1.0 client gets one answer, unchunked, and the end") {
  Served served;
  RawClient client = served.client();
  CHECK(client.ask("GET /open/a HTTP/1.0\r\n\r\n").status == 200);
  CHECK(client.closed_within(1s));
  CHECK(served.ask("GET /three HTTP/1.0\r\n\r\n").body == "one two");
}

TEST_CASE("stopping lets requests finish, ends streams, closes idle connections, and takes no more") {
  std::optional<Served> served(std::in_place);
  const auto port = served->server.port();
  RawClient idle = served->client();
  CHECK(idle.ask(get("/open/a")).status == 200);
  RawClient stream = served->client();
  REQUIRE(stream.send(get("/ticks")));
  (void)stream.read_until("tick");
  RawClient working = served->client();
  REQUIRE(working.send(get("/blocked")));
  REQUIRE(eventually([&] { return served->server.load().connections == 3 && served->server.load().idle == 1; }));
  auto stopping = std::async(std::launch::async, [&] { served->server.stop(); });
  CHECK(stream.read_until("0\r\n\r\n").ends_with("0\r\n\r\n"));
  CHECK(idle.closed_within(1s));
  release_blocked = true;
  const auto last = working.response();
  CHECK(last.status == 204);
  CHECK(last.header("Connection") == "close");
  REQUIRE(stopping.wait_for(5s) == std::future_status::ready);
  CHECK_THROWS(RawClient(port));
  CHECK(eventually([&] { return served->server.load().connections == 0; }));
}

TEST_CASE("a client between two requests when the server stops gets his answer, and is told that it was the last") {
  auto settings = quick();
  settings.stop_grace_ms = 5s;
  Served served(settings);
  RawClient client = served.client();
  CHECK(client.ask(get("/open/a")).header("Connection").empty());
  REQUIRE(eventually([&] { return served.server.load().idle == 1; }));
  auto stopping = std::async(std::launch::async, [&] { served.server.stop(); });
  // Until the stop has begun, answers do not say so.
  RawResponse last;
  for (int n = 0; n < 1'000 && last.header("Connection").empty(); ++n) {
    last = client.ask(get("/open/a"));
    REQUIRE(last.status == 200);
  }
  CHECK(last.header("Connection") == "close");
  CHECK(client.closed_within(1s));
  CHECK(stopping.wait_for(3s) == std::future_status::ready);   // nobody idles any more: the rest of the time is not waited for
}

TEST_CASE("stopping does not wait for ever for clients that hang") {
  Served served;
  RawClient client = served.client();
  client.shrink_receive_buffer();
  REQUIRE(client.send(get("/large")));
  RawClient silent = served.client();
  REQUIRE(silent.send("GET /open/a HT"));
  REQUIRE(eventually([&] { return served.server.load().connections == 2; }));
  const auto began = steady_clock::now();
  served.server.stop();
  CHECK(steady_clock::now() - began < 3s);
}

TEST_CASE("stopping under load ends, again and again") {
  for (int round = 0; round < 10; ++round) {
    std::optional<Served> served(std::in_place);
    std::atomic<bool> over{false};
    std::atomic<int> answered{0};
    std::vector<std::jthread> clients;
    for (int i = 0; i < 8; ++i) {
      clients.emplace_back([&, port = served->server.port()] {
        while (!over) {
          try {
            RawClient client(port);
            for (int n = 0; n < 5 && client.ask(get("/open/a")).status == 200; ++n) ++answered;
          } catch (const std::runtime_error&) {
            std::this_thread::sleep_for(1ms);                       // no longer listening
          }
        }
      });
    }
    REQUIRE(eventually([&] { return answered > 200; }));
    const auto began = steady_clock::now();
    served.reset();
    CHECK(steady_clock::now() - began < 3s);
    over = true;
  }
}

TEST_CASE("a second server cannot have the same port") {
  Served served;
  auto settings = quick();
  settings.port = served.server.port();
  CHECK_THROWS_WITH_AS(Served{settings}, doctest::Contains("cannot listen on 127.0.0.1:"), std::runtime_error);
}

TEST_CASE("settings that contradict each other are refused") {
  auto settings = quick();
  settings.max_event_streams = 9;
  CHECK_THROWS_AS(Served{settings}, std::invalid_argument);
  settings = quick();
  settings.max_connections = 10'000'000;
  settings.max_event_streams = 0;
  CHECK_THROWS_WITH_AS(Served{settings}, doctest::Contains("file descriptors"), std::invalid_argument);
}

TEST_CASE("hundreds of idle connections and dozens of streams leave others quick") {
  auto settings = quick();
  settings.max_connections = 512;
  settings.max_event_streams = 64;
  settings.keep_alive_ms = 30s;
  Served served(settings);
  std::vector<RawClient> quiet;
  for (int i = 0; i < 400; ++i) {
    quiet.push_back(served.client());
    REQUIRE(quiet.back().ask(get("/open/a")).status == 200);
  }
  for (int i = 0; i < 64; ++i) {
    quiet.push_back(served.client());
    REQUIRE(quiet.back().send(get("/ticks")));
    REQUIRE(quiet.back().read_until(": open").ends_with(": open"));
  }
  CHECK(served.server.load().idle == 400);
  CHECK(served.server.load().event_streams == 64);
  RawClient client = served.client();
  const auto began = steady_clock::now();
  for (int i = 0; i < 200; ++i) REQUIRE(client.ask(get("/open/a")).status == 200);
  CHECK(steady_clock::now() - began < 2s);
}
