#include <doctest/doctest.h>

#include "app/node.hpp"
#include "infra/config/rows.hpp"
#include "infra/crypto/uuid.hpp"

using namespace ledger;
using namespace ledger::app;

TEST_CASE("a node is named after its host and port unless it is told a name, and is reached where HTTP listens unless told otherwise") {
  config::Settings settings;
  const Node usual = serving_node(settings, 5123);
  CHECK(config::is_node_name(usual.name));
  CHECK(usual.name.ends_with("-5123"));
  CHECK(usual.peer_address == "127.0.0.1:5123");

  settings.node = {.name = "a.b", .peer_address = "elsewhere:80"};
  const Node told = serving_node(settings, 5123);
  CHECK(told.name == "a.b");
  CHECK(told.peer_address == "elsewhere:80");
}

TEST_CASE("an address that others can reach is made of the one that is listened on") {
  config::Settings settings;
  settings.http.address = "::1";
  CHECK(serving_node(settings, 1).peer_address == "[::1]:1");
  settings.http.address = "0.0.0.0";
  const std::string everywhere = serving_node(settings, 1).peer_address;
  CHECK(everywhere.ends_with(":1"));
  CHECK_FALSE(everywhere.starts_with("0.0.0.0"));
}

TEST_CASE("each start of a node writes under a name of its own") {
  const Node first = passing_node("import"), second = passing_node("import");
  CHECK(first.name == second.name);
  CHECK(first.name.ends_with("-import"));
  CHECK(first.peer_address.empty());
  CHECK(first.writer != second.writer);
  const std::string before = "promptledger/" + first.name + "/";
  REQUIRE(first.writer.starts_with(before));
  CHECK(crypto::is_uuid(first.writer.substr(before.size())));
}
