#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "infra/crypto/digest.hpp"
#include "infra/crypto/encoding.hpp"
#include "infra/crypto/random.hpp"
#include "infra/crypto/uuid.hpp"

using namespace ledger::crypto;

namespace {

std::string hex_sha256(std::string_view bytes) {
  const Sha256 digest = sha256(bytes);
  return to_hex(as_text(digest));
}

std::string hex_hmac(std::string_view key, std::string_view bytes) {
  const Sha256 mac = hmac_sha256(key, bytes);
  return to_hex(as_text(mac));
}

}  // namespace

TEST_CASE("SHA-256 gives the digests of FIPS 180-2") {
  CHECK(hex_sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex_sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex_sha256(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("HMAC-SHA-256 gives the codes of RFC 4231") {
  CHECK(hex_hmac(std::string(20, '\x0b'), "Hi There") == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hex_hmac("Jefe", "what do ya want for nothing?") == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hex_hmac(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First") ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("texts are compared whole") {
  CHECK(equal_in_constant_time("", ""));
  CHECK(equal_in_constant_time("same", "same"));
  CHECK_FALSE(equal_in_constant_time("same", "sane"));
  CHECK_FALSE(equal_in_constant_time("same", "sam"));
}

TEST_CASE("base64 gives the texts of RFC 4648 and reads them back") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : cases) {
    CAPTURE(text);
    CHECK(to_base64(bytes) == text);
    CHECK(from_base64(text) == bytes);
    const std::string bare = text.substr(0, text.find('='));
    CHECK(to_base64url(bytes) == bare);
    CHECK(from_base64url(bare) == bytes);
  }
  CHECK(to_base64url("\xfb\xff") == "-_8");
  CHECK(to_base64("\xfb\xff") == "+/8=");
}

TEST_CASE("base64 has one text per value") {
  for (const std::string_view text : {"A", "Zg==", "Zh", "Z g", "Zm8+", "Zm9v\n", "Zm9vYh"}) {
    CAPTURE(text);
    CHECK_FALSE(from_base64url(text).has_value());
  }
  for (const std::string_view text : {"Zg", "Zg=", "Zg===", "Z===", "Zh==", "Zm-_", "=Zg="}) {
    CAPTURE(text);
    CHECK_FALSE(from_base64(text).has_value());
  }
}

TEST_CASE("random bytes differ") {
  CHECK(random_bytes(32).size() == 32);
  CHECK(random_bytes(32) != random_bytes(32));
}

TEST_CASE("a UUIDv7 has its time, version and variant in their places") {
  UuidV7 generator;
  // The example of RFC 9562, appendix A.6: 2022-02-22T19:22:22.000Z is 017F22E279B0.
  const std::string id = generator.next(std::chrono::milliseconds(0x017F22E279B0));
  CHECK(is_uuid(id));
  CHECK(id.substr(0, 15) == "017f22e2-79b0-7");
  CHECK(std::string("89ab").find(id[19]) != std::string::npos);
}

TEST_CASE("UUIDs rise, within a millisecond, when it is used up, and when the clock steps back") {
  UuidV7 generator;
  std::string last = generator.next(std::chrono::milliseconds(1'000'000));
  for (int i = 0; i < 20'000; ++i) {
    const std::string next = generator.next(std::chrono::milliseconds(i < 10'000 ? 1'000'000 : 999'000));
    REQUIRE(next > last);
    last = next;
  }
}

TEST_CASE("UUIDs of many threads are all different, and each thread's rise") {
  UuidV7 generator;
  constexpr int kThreads = 4;
  constexpr int kEach = 5'000;
  std::vector<std::vector<std::string>> made(kThreads);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : made) {
      threads.emplace_back([&] {
        for (int i = 0; i < kEach; ++i) mine.push_back(generator.next());
      });
    }
  }
  std::set<std::string> all;
  for (const auto& mine : made) {
    CHECK(std::ranges::is_sorted(mine));
    all.insert(mine.begin(), mine.end());
  }
  CHECK(all.size() == kThreads * kEach);
}

TEST_CASE("a digest makes one UUID of version 8") {
  const auto id = uuid_of(sha256("a"));
  CHECK(is_uuid(id));
  CHECK(id[14] == '8');
  CHECK(std::string_view("89ab").find(id[19]) != std::string_view::npos);
  CHECK(id == uuid_of(sha256("a")));
  CHECK(id != uuid_of(sha256("b")));
}

TEST_CASE("a time and a digest make one UUID of version 7") {
  CHECK(uuid_of(std::chrono::milliseconds{1'767'225'600'000}, sha256("w\nrow 1")) == "019b76da-a800-7768-877b-203a9555c344");
}

TEST_CASE("a UUID is 36 lower-case characters") {
  CHECK(is_uuid("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"));
  CHECK_FALSE(is_uuid("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"));
  CHECK_FALSE(is_uuid("017f22e2-79b0-7cc3-98c4-dc0c0c07398"));
  CHECK_FALSE(is_uuid("017f22e2079b0-7cc3-98c4-dc0c0c07398f"));
  CHECK_FALSE(is_uuid("017f22e2-79b0-7cc3-98c4-dc0c0c07398g"));
}
