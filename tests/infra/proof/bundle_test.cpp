#include "infra/proof/bundle.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "domain/json.hpp"

namespace ledger::proof {
namespace {

using nlohmann::json;

const json& vectors() {
  static const auto parsed = json::parse(std::ifstream{LEDGER_SOURCE_DIR "/tests/proof/vectors.json"});
  return parsed;
}

crypto::PublicKey key() { return *crypto::parse_public_key(vectors().at("public_key").get<std::string>()); }

Bundle example() {
  auto bundle = parse_bundle(vectors().at("bundle").dump());
  REQUIRE_MESSAGE(bundle.has_value(), bundle.error());
  return *std::move(bundle);
}

std::string why_not(const Bundle& bundle, const crypto::PublicKey& by = key()) {
  const auto proven = verify(bundle, by);
  return proven ? "" : proven.error();
}

}  // namespace

TEST_CASE("the worked example's bundle is read, proves its record, and is written as it was") {
  const auto bundle = example();
  const auto proven = verify(bundle, key());
  REQUIRE_MESSAGE(proven.has_value(), proven.error());
  CHECK(proven->height == 1);
  CHECK(proven->checkpoint.size == 3);
  CHECK(proven->checkpoint.origin == vectors().at("origin"));
  CHECK(log::to_text(proven->hash) == vectors().at("link_hashes").at(1));
  CHECK(json::parse(to_json(bundle)) == vectors().at("bundle"));
  CHECK((parse_bundle(to_json(bundle)) == bundle));
}

TEST_CASE("a bundle takes from a stored record what its hash covers, and leaves the rest") {
  auto record = example().record;
  record.headers.emplace_back("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  CHECK((make_bundle(record, example().inclusion, example().checkpoint) == example()));
}

TEST_CASE("whatever is changed in a bundle, it proves nothing any more") {
  const auto good = example();
  REQUIRE(why_not(good).empty());
  const auto changed = [&](auto change) {
    auto bundle = good;
    change(bundle);
    return why_not(bundle);
  };
  CHECK(changed([](Bundle& b) { b.record.value[3] ^= 1; }) == "its record is not what its hash says");
  CHECK(changed([](Bundle& b) { b.record.key += "x"; }) == "its record is not what its hash says");
  CHECK(changed([](Bundle& b) { b.record.headers.emplace_back("ce_new", "x"); }) == "its record is not what its hash says");
  for (std::size_t n = 0; n < good.record.headers.size(); ++n) {
    CAPTURE(good.record.headers[n].first);
    CHECK_FALSE(changed([&](Bundle& b) { b.record.headers[n].second += "0"; }).empty());
    CHECK_FALSE(changed([&](Bundle& b) { b.record.headers.erase(b.record.headers.begin() + static_cast<std::ptrdiff_t>(n)); }).empty());
  }
  for (std::size_t n = 0; n < good.inclusion.size(); ++n) CHECK(changed([&](Bundle& b) { b.inclusion[n][31] ^= 1; }).find("not the one that was signed at height 1") != std::string::npos);
  CHECK_FALSE(changed([](Bundle& b) { b.inclusion.pop_back(); }).empty());
  CHECK_FALSE(changed([](Bundle& b) { b.inclusion.push_back({}); }).empty());
  CHECK(changed([](Bundle& b) { b.checkpoint[b.checkpoint.find("\n3\n") + 1] = '4'; }).find("its checkpoint does not hold") == 0);
  CHECK(changed([](Bundle& b) { b.checkpoint = vectors().at("checkpoints").at(0).at("note").get<std::string>(); }).find("not the one that was signed") != std::string::npos);
  CHECK(why_not(good, crypto::SigningKey::fresh().public_key()).find("not signed by this key") != std::string::npos);
}

TEST_CASE("what is not made like a bundle is refused, and told why") {
  for (const auto* const text : {"", "[]", "{}", "null", R"({"format":"promptledger/proof/2","record":{},"inclusion":[],"checkpoint":""})",
                                 R"({"format":"promptledger/proof/1","record":{"key":"","headers":[["a"]],"value":""},"inclusion":[],"checkpoint":""})",
                                 R"({"format":"promptledger/proof/1","record":{"key":"","headers":[],"value":""},"inclusion":["x"],"checkpoint":""})",
                                 R"({"format":"promptledger/proof/1","record":{"key":"","headers":[],"value":1},"inclusion":[],"checkpoint":""})",
                                 R"({"format":"promptledger/proof/1","record":{"key":"","headers":[],"value":"","x":1},"inclusion":[],"checkpoint":""})",
                                 R"({"format":"promptledger/proof/1","record":{"key":"","headers":[],"value":""},"inclusion":[],"checkpoint":"","x":1})"}) {
    CAPTURE(text);
    const auto bundle = parse_bundle(text);
    REQUIRE_FALSE(bundle);
    CHECK_FALSE(bundle.error().empty());
  }
}

}  // namespace ledger::proof
