#include <doctest/doctest.h>

#include "infra/crypto/encoding.hpp"
#include "infra/crypto/sealed_text.hpp"
#include "infra/sealing/context.hpp"
#include "infra/sealing/text_seals.hpp"
#include "infra/sealing/wrapping.hpp"
#include "tests/infra/sealing/memory_subject_keys.hpp"

using namespace ledger;
using namespace ledger::sealing;

namespace {

const std::string kWorkspace = "01a1fd47-e707-744c-8efd-e2039d46f9af";
const std::string kKeyId = "01a1fd47-e90a-7b1c-8d2e-0f1a2b3c4d5e";
const std::string kSubject = "0d489c38-3224-83ff-99c6-c0883585edbf";
const std::string kWrapped = "8b55d53a83550b9eb50a8f6138a158568903de9c5190252bb1a6800c7cd4de16c0c20a1ac485694fc5c4eadf956d838e11b6068f48db7539b532c9dc";
const std::string kData = "01a1fd47-e90a-7b1c-8d2e-0f1a2b3c4d5erqgO5KwDM3rcYr2OGcYhAsTvQEPmkmI8n-_KfGlEer8W5HJD";

std::string bytes(int from) {
  std::string made;
  for (int n = 0; n < 32; ++n) made += static_cast<char>(from + n);
  return made;
}

}  // namespace

TEST_CASE("what docs/sealed-text.md works out by hand is what the program makes") {
  const auto masters = MasterKeys::parse(crypto::to_hex(bytes(0))).value();
  test::MemorySubjectKeys kept;
  kept.keys.push_back({.id = kKeyId, .workspace = kWorkspace, .subject = kSubject, .master = "9f0131b1c5ce5c36", .wrapped = crypto::from_hex(kWrapped).value(), .fingerprint = {}});
  TextSeals seals{masters, kept, bytes(64)};
  const Place place{kWorkspace, {"execution", "01a1fd47-e8a0-7b1e-8c55-0d2c6a3f9e11"}, "output"};

  CHECK(seals.subject_id(kWorkspace, "ada@example.com") == kSubject);
  CHECK(masters.first()->fingerprint == "9f0131b1c5ce5c36");
  CHECK(crypto::to_hex(crypto::seal_text(masters.first()->key, context_of_key(kWorkspace, kSubject, kKeyId), bytes(32))) == kWrapped);
  CHECK(fingerprint_of(crypto::SecretKey::of(bytes(32)).value()) == "yS0WHbUu-CbRCLVyq8_5ovwvES6HWu6fPfsemZXdd7A");
  CHECK(seals.key_for(kWorkspace, kSubject)->seal(place, "Dear Ada") == PersonalText{kData, kSubject});

  const PersonalText sealed{kData, kSubject};
  const PersonalText* const texts[] = {&sealed};
  CHECK(seals.keys_of(texts).open(place, sealed).text == "Dear Ada");
}
