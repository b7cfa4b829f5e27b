#include <doctest/doctest.h>

#include <fstream>

#include "domain/json.hpp"
#include "infra/proof/checkpoint.hpp"
#include "infra/proof/signed_note.hpp"
#include "log/merkle.hpp"

// tests/proof/vectors.json was made by the reader that is written from docs/proof.md, and by openssl.
namespace ledger::proof {
namespace {

const nlohmann::json& vectors() {
  static const auto parsed = nlohmann::json::parse(std::ifstream{LEDGER_SOURCE_DIR "/tests/proof/vectors.json"});
  return parsed;
}

log::Hash hash(const nlohmann::json& text) { return log::parse_hash(text.get<std::string>()).value(); }

std::vector<log::Hash> hashes(const nlohmann::json& texts) {
  std::vector<log::Hash> parsed;
  for (const auto& text : texts) parsed.push_back(hash(text));
  return parsed;
}

TEST_CASE("the worked example of docs/proof.md comes out as the page says, byte for byte") {
  const auto key = crypto::SigningKey::of_pem(vectors().at("private_key_pem").get<std::string>());
  REQUIRE(key);
  const auto public_key = key->public_key();
  const auto origin = vectors().at("origin").get<std::string>();
  CHECK(crypto::to_text(public_key) == vectors().at("public_key"));
  CHECK((crypto::parse_public_key(vectors().at("public_key").get<std::string>()) == public_key));
  CHECK(verifier_key(origin, public_key) == vectors().at("verifier_key"));
  CHECK(origin_of("0190a1b2-0000-7000-8000-000000000001", {"promptledger.log.prompts", 3}) == origin);

  log::Frontier tree;
  for (std::size_t n = 0; n < 3; ++n) {
    const auto leaf = log::leaf_hash(hash(vectors().at("link_hashes").at(n)));
    CHECK((leaf == hash(vectors().at("leaf_hashes").at(n))));
    tree.append(leaf);
    const Checkpoint checkpoint{origin, n + 1, tree.root()};
    const auto note = vectors().at("checkpoints").at(n).at("note").get<std::string>();
    CHECK(sign(checkpoint, *key) == note);
    CHECK((open_checkpoint(note, public_key) == checkpoint));
  }
}

TEST_CASE("the worked example's proofs hold") {
  const auto& checkpoints = vectors().at("checkpoints");
  const auto root = [&](std::uint64_t size) {
    const auto key = crypto::parse_public_key(vectors().at("public_key").get<std::string>());
    return open_checkpoint(checkpoints.at(size - 1).at("note").get<std::string>(), *key)->root;
  };
  for (const auto& each : vectors().at("inclusion")) {
    const auto index = each.at("index").get<std::uint64_t>();
    CHECK(log::verify_inclusion(hash(vectors().at("leaf_hashes").at(index)), index, each.at("size"), hashes(each.at("path")), root(each.at("size"))));
  }
  for (const auto& each : vectors().at("consistency"))
    CHECK(log::verify_consistency(each.at("from"), root(each.at("from")), each.at("to"), root(each.at("to")), hashes(each.at("path"))));
}

}  // namespace
}  // namespace ledger::proof
