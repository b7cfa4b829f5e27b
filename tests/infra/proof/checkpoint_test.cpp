#include "infra/proof/checkpoint.hpp"

#include <doctest/doctest.h>

#include "infra/proof/signed_note.hpp"

namespace ledger::proof {
namespace {

const crypto::SigningKey& key() {
  static const auto fresh = crypto::SigningKey::fresh();
  return fresh;
}

Checkpoint checkpoint(std::uint64_t size = 7) {
  Checkpoint made{"promptledger/l/t/0", size, {}};
  made.root.fill(9);
  return made;
}

std::string error_of(std::string_view note, const crypto::PublicKey& by = key().public_key()) {
  const auto opened = open_checkpoint(note, by);
  return opened ? "" : opened.error();
}

TEST_CASE("a key is written as PEM and read again, and signs the same") {
  const auto again = crypto::SigningKey::of_pem(key().pem());
  REQUIRE(again);
  CHECK((again->public_key() == key().public_key()));
  CHECK(again->sign("text") == key().sign("text"));
  CHECK_FALSE(crypto::SigningKey::of_pem("-----BEGIN PRIVATE KEY-----\n"));
  CHECK_FALSE(crypto::SigningKey::of_pem(""));
}

TEST_CASE("a signature holds of one text and one key") {
  const auto signature = key().sign("text");
  CHECK(crypto::verify_signature(key().public_key(), "text", signature));
  CHECK_FALSE(crypto::verify_signature(key().public_key(), "Text", signature));
  CHECK_FALSE(crypto::verify_signature(crypto::SigningKey::fresh().public_key(), "text", signature));
  CHECK_FALSE(crypto::verify_signature(key().public_key(), "text", signature.substr(1)));
}

TEST_CASE("a checkpoint that the ledger signed is read as it was") {
  CHECK((open_checkpoint(sign(checkpoint(), key()), key().public_key()) == checkpoint()));
  CHECK((open_checkpoint(sign(checkpoint(0), key()), key().public_key()) == checkpoint(0)));
}

TEST_CASE("no byte of a checkpoint can be changed without its being seen") {
  const std::string note = sign(checkpoint(), key());
  for (std::size_t at = 0; at < note.size(); ++at) {
    for (const char flip : {'\x01', '\x20'}) {
      CAPTURE(at);
      std::string changed = note;
      changed[at] = static_cast<char>(changed[at] ^ flip);
      CHECK_FALSE(error_of(changed).empty());
    }
  }
}

TEST_CASE("another key's checkpoint, or one under another name, is not the ledger's") {
  const auto other = crypto::SigningKey::fresh();
  CHECK(error_of(sign(checkpoint(), other)) == "it is not signed by this key as promptledger/l/t/0");
  const auto text = to_text(checkpoint());
  CHECK_FALSE(error_of(to_text(SignedNote{text, {sign(text, "somebody.else", key())}})).empty());
}

TEST_CASE("witnesses may sign besides, whoever they are") {
  const auto text = to_text(checkpoint());
  const auto witness = crypto::SigningKey::fresh();
  const SignedNote note{text, {sign(text, "witness.example/w1", witness), sign(text, "promptledger/l/t/0", key())}};
  CHECK((open_checkpoint(to_text(note), key().public_key()) == checkpoint()));
  CHECK(is_signed_by(note, "witness.example/w1", witness.public_key()));
}

TEST_CASE("a signature of the ledger's that does not verify spoils the note, also beside one that does") {
  const auto text = to_text(checkpoint());
  auto wrong = sign(text, "promptledger/l/t/0", key());
  wrong.signature[0] = static_cast<char>(wrong.signature[0] ^ 1);
  CHECK_FALSE(is_signed_by({text, {sign(text, "promptledger/l/t/0", key()), wrong}}, "promptledger/l/t/0", key().public_key()));
}

TEST_CASE("a checkpoint's text has one spelling") {
  const std::string root = to_text(checkpoint()).substr(to_text(checkpoint()).rfind('\n', to_text(checkpoint()).size() - 2) + 1);
  for (const std::string& text : {std::string{}, "\n7\n" + root, "o o\n7\n" + root, "o+o\n7\n" + root, "o\n07\n" + root, "o\n+7\n" + root, "o\n-7\n" + root, "o\n\n" + root,
                           "o\n18446744073709551616\n" + root, std::string{"o\n7\n"}, std::string{"o\n7\nAAAA\n"}, "o\n7\n" + root + "extension\n", "o\n7\n" + root + "\n",
                           "o\n7\n" + root.substr(0, root.size() - 1)}) {
    CAPTURE(text);
    CHECK_FALSE(parse_checkpoint(text));
  }
  CHECK(parse_checkpoint("o\n18446744073709551615\n" + root)->size == 18446744073709551615ULL);
}

TEST_CASE("what is no note is none") {
  const std::string good = "text\n\n\u2014 name AAAAAAE=\n";
  REQUIRE(parse_note(good));
  CHECK(to_text(*parse_note(good)) == good);
  for (const auto& note : {std::string{}, std::string{"text\n"}, std::string{"text\n\n"}, std::string{"text\n\n- name AAAAAAE=\n"}, std::string{"text\n\n\u2014 name AAAAAAE="},
                           std::string{"text\n\n\u2014 name AAAAAA==\n"}, std::string{"text\n\n\u2014 na+me AAAAAAE=\n"}, std::string{"text\n\n\u2014  AAAAAAE=\n"},
                           std::string{"text\n\n\u2014 na\u00a0me AAAAAAE=\n"}, std::string{"te\txt\n\n\u2014 name AAAAAAE=\n"}, std::string{"te\xffxt\n\n\u2014 name AAAAAAE=\n"},
                           std::string{"text\n\n\u2014 name AAAAAAE\n"}, std::string{"text\n\u2014 name AAAAAAE=\n"}}) {
    CAPTURE(note);
    CHECK_FALSE(parse_note(note));
  }
  std::string many = "text\n\n";
  for (std::size_t n = 0; n < kMostSignatures; ++n) many += "\u2014 name AAAAAAE=\n";
  CHECK(parse_note(many));
  CHECK_FALSE(parse_note(many + "\u2014 name AAAAAAE=\n"));
  CHECK_FALSE(parse_note(std::string(kLongestNote, 'x') + good));
}

}  // namespace
}  // namespace ledger::proof
