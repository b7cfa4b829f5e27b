#include "infra/proof/bundle.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {

// The input is a bundle in JSON.
void proof_bundle(std::string_view input) {
  const auto bundle = proof::parse_bundle(input);
  if (!bundle) {
    expect(!bundle.error().empty(), "a refusal says why");
    return;
  }
  expect(proof::parse_bundle(proof::to_json(*bundle)) == *bundle, "a bundle survives its JSON");
  expect(!proof::verify(*bundle, crypto::PublicKey{}), "nobody signs");
}

}  // namespace ledger::fuzz
