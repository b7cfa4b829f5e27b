#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "infra/crypto/aes_gcm.hpp"
#include "infra/crypto/encoding.hpp"
#include "infra/crypto/sealed_text.hpp"

using namespace ledger::crypto;

namespace {

std::string unhex(std::string_view digits) { return from_hex(digits).value(); }
SecretKey key_of(std::string_view digits) { return SecretKey::of(unhex(digits)).value(); }

const SecretKey kKey = key_of("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");

std::string with_bit_flipped(std::string bytes, std::size_t bit) {
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
  return bytes;
}

}  // namespace

TEST_CASE("AES-256-GCM gives what the authors of GCM gave to NIST: test cases 13 to 16") {
  const std::string zeros(64, '0');
  const std::string feff = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
  const std::string text =
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";
  const std::string encrypted =
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad";
  struct Case {
    std::string key, nonce, context, text, encrypted, tag;
  };
  const std::vector<Case> cases = {
      {zeros, "000000000000000000000000", "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
      {zeros, "000000000000000000000000", "", "00000000000000000000000000000000", "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"},
      {feff, "cafebabefacedbaddecaf888", "", text, encrypted, "b094dac5d93471bdec1a502270e3cc6c"},
      {feff, "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2", text.substr(0, 120), encrypted.substr(0, 120), "76fc6ece0f4e1768cddf8853bb2d551b"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.tag);
    const auto made = encrypt(key_of(c.key), unhex(c.nonce), unhex(c.context), unhex(c.text));
    CHECK(to_hex(made) == c.encrypted + c.tag);
    CHECK(decrypt(key_of(c.key), unhex(c.nonce), unhex(c.context), made) == unhex(c.text));
  }
}

TEST_CASE("a key has 256 bits and no other number") {
  CHECK_FALSE(SecretKey::of(std::string(31, 'k')));
  CHECK_FALSE(SecretKey::of(std::string(33, 'k')));
  CHECK(SecretKey::of(std::string(32, 'k'))->bytes() == std::string(32, 'k'));
  CHECK(SecretKey::fresh().bytes() != SecretKey::fresh().bytes());
}

TEST_CASE("a text is sealed and opened, whatever is in it") {
  for (const std::string& text : {std::string(), std::string("x"), std::string("a\0b", 3), std::string("Grüße"), std::string(1'000'000, 'l')}) {
    CAPTURE(text.size());
    const auto sealed = seal_text(kKey, "here", text);
    CHECK(sealed.size() == text.size() + kNonceBytes + kTagBytes);
    CHECK(open_text(kKey, "here", sealed) == text);
  }
}

TEST_CASE("a sealed text is always the same, and another one for another text, context or key") {
  const auto sealed = seal_text(kKey, "here", "text");
  CHECK(seal_text(kKey, "here", "text") == sealed);
  const auto other = key_of("ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  const std::set<std::string> nonces = {sealed.substr(0, kNonceBytes), seal_text(kKey, "here", "texT").substr(0, kNonceBytes),
                                        seal_text(kKey, "there", "text").substr(0, kNonceBytes), seal_text(other, "here", "text").substr(0, kNonceBytes),
                                        seal_text(kKey, "heret", "ext").substr(0, kNonceBytes)};
  CHECK(nonces.size() == 5);
}

TEST_CASE("a sealed text is opened by its key in its context only, and not when a single bit is another one") {
  const auto sealed = seal_text(kKey, "here", "a text");
  CHECK_FALSE(open_text(SecretKey::fresh(), "here", sealed));
  CHECK_FALSE(open_text(kKey, "there", sealed));
  CHECK_FALSE(open_text(kKey, "", sealed));
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    CAPTURE(bit);
    CHECK_FALSE(open_text(kKey, "here", with_bit_flipped(sealed, bit)));
  }
  for (std::size_t length = 0; length < sealed.size(); ++length) {
    CAPTURE(length);
    CHECK_FALSE(open_text(kKey, "here", sealed.substr(0, length)));
  }
  CHECK_FALSE(open_text(kKey, "here", sealed + '\0'));
}

TEST_CASE("hexadecimal digits are read in either case, and nothing else is") {
  CHECK(from_hex("00fFA1") == std::string("\x00\xff\xa1", 3));
  CHECK(from_hex("") == "");
  for (const char* wrong : {"0", "0g", "0x00", " 00", "00 "}) {
    CAPTURE(wrong);
    CHECK_FALSE(from_hex(wrong));
  }
}
