// Nodes of one ledger on a log and groups in memory, with real HTTP between them: where a command is decided, and what happens when the other
// node is dead, silent, stopping, or none at all.
#include "http/nodes/forwarding.hpp"

#include <doctest/doctest.h>

#include <future>

#include "commands/command_side.hpp"
#include "domain/json.hpp"
#include "fake_peer.hpp"
#include "http/app.hpp"
#include "http/changes/command_token.hpp"
#include "http/server/server.hpp"
#include "infra/crypto/uuid.hpp"
#include "infra/memory/memory_groups.hpp"
#include "infra/memory/memory_log.hpp"
#include "raw_client.hpp"

namespace ledger::http {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr auto kPatience = 20s;
const std::string kWorkspace = "01a1fd47-e707-744c-8efd-e2039d46f9af";
const log::PartitionId kPartition{"promptledger.log.prompts", 0};

// Knows nothing: everything there is is still in the writers' tails.
class EmptyHistory final : public History {
 public:
  Result<HistorySlice, HistoryFault> load(const HistoryQuery&, std::chrono::milliseconds) override {
    if (away) return tl::unexpected(HistoryFault{"away"});
    return HistorySlice{};
  }
  Result<std::vector<Checkpoint>, HistoryFault> checkpoints(const std::vector<std::string>&, std::chrono::milliseconds) override { return std::vector<Checkpoint>{}; }

  std::atomic<bool> away{false};
};

class OneKey final : public KeyRing {
 public:
  std::optional<Principal> find(const crypto::Sha256& of_secret) const override {
    if (wait_for_client) std::this_thread::sleep_for(200ms);
    if (of_secret != digest_of(secret)) return std::nullopt;
    return Principal{.actor = "api-key/1", .workspace = kWorkspace, .role = Role::editor, .key_id = "pk-1"};
  }
  const std::string secret = new_secret();
  std::atomic<bool> wait_for_client{false};
};

template <class True>
void wait_until(True is_true) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!is_true() && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(2ms);
  REQUIRE(is_true());
}

CommandSideSettings command_settings() {
  CommandSideSettings made;
  made.foundation.partitions = 1;
  made.group.members_every_ms = 10ms;
  return made;
}

ForwardingSettings quick() {
  ForwardingSettings made;
  made.answer_timeout_ms = 300ms;
  made.peers.pause_ms = 2s;
  return made;
}

ForwardingSettings of_node(ForwardingSettings settings, const std::string& node) {
  settings.node = node;
  return settings;
}

ServerSettings server_settings() {
  ServerSettings made;
  made.port = 0;
  made.max_connections = 16;
  made.max_event_streams = 4;
  made.keep_alive_ms = 100ms;
  return made;
}

struct World {
  memory::MemoryLog log;
  memory::MemoryGroups groups{log};
  EmptyHistory history;
  OneKey keys;
  std::string ledger_secret = "idempotency key";

  std::vector<std::string> writers() {
    std::vector<std::string> all;
    for (const auto& arrival : log.stored(kPartition)) {
      if (!arrival.record.value.empty() && arrival.record.header("ce_type") != std::nullopt) all.push_back(std::string(*arrival.record.header("ce_writer")));
    }
    return all;
  }
};

class Node {
 public:
  Node(World& world, const std::string& given, const ForwardingSettings& settings = quick())
      : name(given),
        commands(command_settings(), world.log, world.history, writer_name(name, "start-1"), crypto::new_uuid, [](const log::PartitionId&, const std::string&) {}),
        forwarding(of_node(settings, name), forwarding_seals(world.ledger_secret)),
        world_(world) {
    const auto started = commands.start();
    REQUIRE_MESSAGE(started.has_value(), started.error());
    app.commands = &commands;
    app.cursors = &cursors_;
    app.forwarding = &forwarding;
    app.key_secret = world.ledger_secret;
    app.new_id = crypto::new_uuid;
    server.emplace(server_settings(), all_routes(), app, world.keys, Hooks{});
    commands.join(world.groups, {name, "127.0.0.1:" + std::to_string(server->port())});
  }

  ~Node() { server.reset(); }

  std::string head(const std::string& method, const std::string& path, std::size_t length, const std::string& more = "") const {
    return method + " " + path + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + world_.keys.secret + "\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(length) + "\r\n" + more + "\r\n";
  }
  RawResponse ask(const std::string& method, const std::string& path, const std::string& body = "", const std::string& more = "") const {
    return RawClient(server->port()).ask(head(method, path, body.size(), more) + body);
  }
  RawResponse create(const std::string& prompt, const std::string& more = "") const { return ask("POST", "/api/v1/prompts", body_of(prompt), more); }
  static std::string body_of(const std::string& prompt) { return json{{"name", prompt}, {"category", "c"}, {"template", "t"}}.dump(); }

  std::uint64_t count(Forwarded outcome) const { return forwarding.stats().outcomes[static_cast<std::size_t>(outcome)]; }
  bool knows_that_both_have_some() const {
    const auto nodes = commands.cluster().nodes;
    return nodes.size() == 2 && nodes[0].partitions > 0 && nodes[1].partitions > 0;
  }
  void know(const std::string& owner) const {
    wait_until([&] {
      const auto peer = commands.elsewhere(kPartition);
      return peer ? peer->node == owner : owner == name;
    });
  }

  const std::string name;
  App app;
  CommandSide commands;
  Forwarding forwarding;
  std::optional<Server> server;

 private:
  World& world_;
  Cursors cursors_{"cursor key"};
};

// Has every partition, and whoever is behind `address` is given the commands.
class Ghost final : log::GroupListener {
 public:
  Ghost(World& world, const std::string& address) : membership_(world.groups.join({"promptledger.writers", topics(), "ghost", address}, *this)) { world.groups.settle(); }

 private:
  static std::vector<std::string> topics() {
    std::vector<std::string> all;
    for (const auto topic : kLogTopics) all.push_back(topic_name("promptledger", topic));
    return all;
  }
  void assigned(const std::vector<log::PartitionId>&) override {}
  void revoked(const std::vector<log::PartitionId>&, std::function<void()>) override {}   // never lets go
  void lost(const std::vector<log::PartitionId>&) override {}

  std::unique_ptr<log::Membership> membership_;
};

// One node beside a ghost that has its partition.
struct Haunted {
  explicit Haunted(const std::string& address, const ForwardingSettings& settings = quick()) {
    CommandSide founder(command_settings(), world.log, world.history, writer_name("founder", "start-1"), crypto::new_uuid, [](const log::PartitionId&, const std::string&) {});
    REQUIRE(founder.start().has_value());
    ghost.emplace(world, address);
    node.emplace(world, "a", settings);
    node->know("ghost");
  }
  World world;
  std::optional<Ghost> ghost;
  std::optional<Node> node;
};

ForwardedToken token_for(const std::string& node) { return {"other", node, std::chrono::system_clock::now() + 5s, ""}; }

// As another node would send it.
std::string forwarded(const World& world, const ForwardedToken& token, const std::string& body) {
  Request request;
  request.method = "POST";
  request.path = "/api/v1/prompts";
  request.raw_body = body;
  request.request_id = "r";
  return "X-Request-Id: r\r\nLedger-Forwarded: " + to_forwarded_token(token, request, forwarding_seals(world.ledger_secret)) + "\r\n";
}

std::string type_of(const RawResponse& response) { return json::parse(response.body)["type"]; }

TEST_CASE("a command is decided by the node that has its partition, and answered as if it had come there") {
  World world;
  Node a(world, "a"), b(world, "b");
  wait_until([&] { return a.knows_that_both_have_some() && b.knows_that_both_have_some(); });
  wait_until([&] { return a.commands.elsewhere(kPartition).has_value() != b.commands.elsewhere(kPartition).has_value(); });
  const Node& owner = a.commands.elsewhere(kPartition) ? b : a;
  const Node& other = &owner == &a ? b : a;

  const auto made = other.create("n", "X-Request-Id: my-request\r\n");
  CHECK(made.status == 201);
  CHECK(made.header("ETag") == "\"1\"");
  CHECK(made.header("X-Request-Id") == "my-request");
  CHECK(made.header("Ledger-Decided-By") == owner.name);
  CHECK(made.header("Ledger-Position").starts_with("1."));
  CHECK(made.header("Content-Length") == std::to_string(made.body.size()));
  const std::string path = made.header("Location");
  CHECK(path == "/api/v1/prompts/" + json::parse(made.body)["id"].get<std::string>());
  CHECK(other.create("n").status == 409);
  CHECK(other.ask("PUT", path, R"({"title":"t"})", "If-Match: \"7\"\r\n").status == 412);
  CHECK(other.ask("DELETE", path + "?reason=gone%20now").status == 200);
  CHECK(owner.create("n").header("Ledger-Decided-By").empty());

  const auto keyed = other.create("k", "Idempotency-Key: k\r\n");
  CHECK(keyed.status == 201);
  std::this_thread::sleep_for(150ms);   // the owner has closed the kept connection by now
  CHECK(other.create("l", "Idempotency-Key: k\r\n").status == 422);   // the key is known, with another body
  CHECK(owner.create("l", "Idempotency-Key: k\r\n").status == 422);
  for (const auto& writer : world.writers()) CHECK(node_of_writer(writer) == owner.name);
  CHECK(other.count(Forwarded::answered) == 6);
  CHECK(owner.forwarding.stats().taken == 6);
}

TEST_CASE("what was forwarded is decided where it arrives") {
  Haunted haunted("127.0.0.1:9");
  const auto body = Node::body_of("n");
  const auto made = haunted.node->create("n", forwarded(haunted.world, token_for("a"), body));
  CHECK(made.status == 201);
  CHECK(made.header("Ledger-Decided-By").empty());
  CHECK(haunted.node->count(Forwarded::unreachable) == 0);
}

TEST_CASE("a command whose key another node has made can be asked for by that key") {
  Haunted haunted("127.0.0.1:9");
  auto token = token_for("a");
  token.made_key = "made-elsewhere";
  CHECK(haunted.node->create("n", forwarded(haunted.world, token, Node::body_of("n"))).status == 201);
  const auto outcome = haunted.node->commands.inquire({kPartition, "ws/" + kWorkspace, "made-elsewhere"}).get();
  CHECK(std::holds_alternative<Accepted>(outcome));
}

TEST_CASE("nobody but a node of the ledger can forward, and nothing is forwarded twice") {
  World world;
  Node a(world, "a");
  const auto body = Node::body_of("n");
  const auto refused = [&](const std::string& header, const std::string& sent) {
    const auto response = a.create(sent, header);
    CHECK(response.status == 403);
    CHECK(type_of(response) == "/problems/forward-refused");
  };
  SUBCASE("made up") { refused("Ledger-Forwarded: bm9ib2R5IGhhcyBtYWRlIHRoaXM\r\n", "n"); }
  SUBCASE("empty") { refused("Ledger-Forwarded: \r\n", "n"); }
  SUBCASE("of another ledger") {
    World other;
    other.ledger_secret = "another secret";
    refused(forwarded(other, token_for("a"), body), "n");
  }
  SUBCASE("for another node") { refused(forwarded(world, token_for("b"), body), "n"); }
  SUBCASE("for another body") { refused(forwarded(world, token_for("a"), body), "m"); }
  SUBCASE("for another request id") {
    auto header = forwarded(world, token_for("a"), body);
    refused(header.replace(header.find(": r\r"), 4, ": s\r"), "n");
  }
  SUBCASE("too late") {
    auto token = token_for("a");
    token.until = std::chrono::system_clock::now() - 1ms;
    refused(forwarded(world, token, body), "n");
  }
  SUBCASE("good for longer than any node waits") {
    auto token = token_for("a");
    token.until = std::chrono::system_clock::now() + 1h;
    refused(forwarded(world, token, body), "n");
  }
  CHECK(world.writers().empty());
  SUBCASE("twice") {
    const auto header = forwarded(world, token_for("a"), body);
    CHECK(a.create("n", header).status == 201);
    refused(header, "n");
    CHECK(world.writers().size() == 1);
  }
  CHECK(a.forwarding.stats().refused == 1);
}

TEST_CASE("a node that cannot be reached is not asked again for a while, and its commands are decided here") {
  const TakenPort nobody("127.0.0.1", 0);   // taken and not listened on
  Haunted haunted("127.0.0.1:" + std::to_string(nobody.number()));
  CHECK(haunted.node->create("n").status == 201);
  CHECK(haunted.node->count(Forwarded::unreachable) == 1);
  CHECK(haunted.node->create("m").status == 201);
  CHECK(haunted.node->count(Forwarded::paused) == 1);
  wait_until([&] { return haunted.node->create("o" + crypto::new_uuid()).status == 201 && haunted.node->count(Forwarded::unreachable) == 2; });
}

// Reads the call and either hangs up or keeps silent until it is let go.
struct Silent {
  explicit Silent(bool hangs_up) : waits(!hangs_up) {}
  ~Silent() { waits = false; }
  std::atomic<bool> waits;
  FakePeer peer{[this](const std::string&) {
    for (int n = 0; n < 500 && waits; ++n) std::this_thread::sleep_for(2ms);
    return std::string();
  }};
};

TEST_CASE("a node that may have taken a command with a key: the same command is decided here") {
  for (const bool hangs_up : {false, true}) {
    CAPTURE(hangs_up);
    Silent silent(hangs_up);
    Haunted haunted(silent.peer.address());
    CHECK(haunted.node->create("n", "Idempotency-Key: k\r\n").status == 201);
    CHECK(haunted.world.writers().size() == 1);
    CHECK(haunted.node->count(Forwarded::silent) == 1);
  }
}

// Found by tests/fault: the silent node had stored it, this one could not, and told the client that nothing was stored.
TEST_CASE("a node that may have taken a command with a key, and it cannot be stored here: its fate is open") {
  for (const bool hangs_up : {false, true}) {
    CAPTURE(hangs_up);
    Silent silent(hangs_up);
    Haunted haunted(silent.peer.address());
    const Node& node = *haunted.node;
    haunted.world.history.away = true;
    const auto open = node.create("n", "Idempotency-Key: k\r\n");
    CHECK(open.status == 504);
    CHECK(haunted.world.writers().empty());
    haunted.world.history.away = false;
    const auto location = open.header("Location");
    REQUIRE(location.starts_with("/api/v1/commands/"));
    CHECK(json::parse(node.ask("GET", location).body)["state"] == "open");
    // The client's own retry is the same command.
    CHECK(node.create("n", "Idempotency-Key: k\r\n").status == 201);
    CHECK(haunted.world.writers().size() == 1);
  }
}

TEST_CASE("a node that may have taken a command without a key: its fate is open, and its absence final only when it cannot be decided there any more") {
  for (const bool hangs_up : {false, true}) {
    CAPTURE(hangs_up);
    Silent silent(hangs_up);
    Haunted haunted(silent.peer.address());
    const Node& node = *haunted.node;
    const auto open = node.create("n");
    CHECK(open.status == 504);
    CHECK(haunted.world.writers().empty());
    CHECK(node.count(Forwarded::silent) == 1);
    const std::string path = "/api/v1/commands/";
    const auto location = open.header("Location");
    REQUIRE(location.starts_with(path));
    CHECK(json::parse(node.ask("GET", location).body)["state"] == "open");

    auto token = *parse_command_token(location.substr(path.size()), kWorkspace, *node.app.cursors);
    CHECK(token.absent_from > std::chrono::system_clock::now());
    token.absent_from = {};
    CHECK(json::parse(node.ask("GET", path + to_command_token(token, kWorkspace, *node.app.cursors)).body)["state"] == "not_stored");
  }
}

TEST_CASE("the other node's answer is passed on, unless it says that it has not taken the command and another may") {
  struct Case {
    std::string name;
    int status;
    std::string body;
    bool here;
  };
  const std::vector<Case> cases{
      {"stopping", 503, R"({"type":"/problems/unavailable","state":"not_stored","cause":"stopping"})", true},
      {"forwarding refused", 403, R"({"type":"/problems/forward-refused"})", true},
      {"overloaded", 503, R"({"type":"/problems/overloaded","state":"not_stored","cause":"overloaded"})", false},
      {"away", 503, R"({"type":"/problems/unavailable"})", false},
      {"forbidden", 403, R"({"type":"/problems/forbidden"})", false},
      {"no JSON", 503, "nonsense", false},
      {"refused", 409, R"({"type":"/problems/name-taken"})", false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    FakePeer peer([&](const std::string&) { return problem_answer(c.status, c.body); });
    Haunted haunted(peer.address());
    const auto response = haunted.node->create("n");
    CHECK(response.status == (c.here ? 201 : c.status));
    CHECK(haunted.world.writers().size() == (c.here ? 1 : 0));
    if (c.here) continue;
    CHECK(response.body == c.body);
    CHECK(response.header("Content-Type") == "application/problem+json");
    CHECK(response.header("Retry-After") == "7");
    CHECK(response.header("Ledger-Decided-By") == "ghost");
  }
}

TEST_CASE("no more are forwarded at a time than there is room for; the next is refused at once") {
  std::promise<void> asked, let_go;
  FakePeer slow([&, answer_now = let_go.get_future().share()](const std::string&) {
    asked.set_value();
    answer_now.wait();
    return problem_answer(409, "{}");
  });
  Haunted haunted(slow.address(), {.node = {}, .peers = {}, .answer_timeout_ms = 30s, .at_a_time_max = 1});
  auto first = std::async(std::launch::async, [&] { return haunted.node->create("n"); });
  asked.get_future().wait();
  const auto next = haunted.node->create("m");
  let_go.set_value();
  CHECK(first.get().status == 409);
  CHECK(next.status == 503);
  CHECK(json::parse(next.body)["cause"] == "overloaded");
  CHECK(next.header("Retry-After") == "1");
  CHECK(haunted.node->count(Forwarded::crowded) == 1);
}

TEST_CASE("a change whose client has gone before it was begun is not made") {
  World world;
  Node a(world, "a");
  world.keys.wait_for_client = true;
  RawClient client(a.server->port());
  const auto body = Node::body_of("n");
  REQUIRE(client.send(a.head("POST", "/api/v1/prompts", body.size()) + body));
  client.half_close();
  const auto response = client.response();
  CHECK(response.status == 400);
  CHECK(type_of(response) == "/problems/abandoned");
  CHECK(world.writers().empty());
}

}  // namespace
}  // namespace ledger::http
