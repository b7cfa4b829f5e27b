#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>

#include "log/sha256.hpp"
#include "tests/log/chain.hpp"

namespace ledger::log::testing {
namespace {

const Hash kPrev = identity_hash(kGenesis);

Hash hash_of(const Record& record) { return canonical_hash(kPrev, 7, record); }

TEST_CASE("the canonical hash does not depend on the order of headers") {
  Record record = event("e1");
  const Hash hash = hash_of(record);
  std::sort(record.headers.begin(), record.headers.end());
  do {
    CHECK((hash_of(record) == hash));
  } while (std::next_permutation(record.headers.begin(), record.headers.end()));
}

TEST_CASE("covered headers are hashed in the order of their names' bytes, whatever these begin with") {
  using namespace std::string_literals;
  const std::string in_order[] = {"ce_", "ce_\0"s, "ce_\0a"s, "ce_a", "ce_a\0"s, "ce_comma", "ce_comma\0"s, "ce_commanddigest", "ce_commandid", "ce_commb", "ce_z", "ce_\x7f", "ce_\x80", "ce_\xff", "content-type"};
  Record record;
  Sha256 expected;
  expected.bytes("promptledger/link/1\0"s).bytes(kPrev).u64(7).lp("").u32(std::size(in_order));
  for (const auto& name : in_order) {
    record.headers.insert(record.headers.begin(), {name, "of " + name});
    expected.lp(name).lp("of " + name);
  }
  const Hash in_their_order = expected.lp("").finish();
  CHECK((hash_of(record) == in_their_order));
}

TEST_CASE("the canonical hash covers key, value, content-type and every ce_ header but its own two") {
  const Record record = event("e1");
  const Hash hash = hash_of(record);
  struct Case {
    const char* name;
    void (*change)(Record&);
    bool covered;
  };
  const Case cases[] = {
      {"the key", [](Record& r) { r.key += "x"; }, true},
      {"the value", [](Record& r) { r.value += "x"; }, true},
      {"a byte moved from key to value", [](Record& r) { r.value.insert(r.value.begin(), r.key.back()); r.key.pop_back(); }, true},
      {"content-type", [](Record& r) { set(r, "content-type", "text/plain"); }, true},
      {"content-type left out", [](Record& r) { std::erase_if(r.headers, [](const Header& h) { return h.first == "content-type"; }); }, true},
      {"a ce_ header's value", [](Record& r) { set(r, "ce_id", "e2"); }, true},
      {"a ce_ header more", [](Record& r) { r.headers.emplace_back("ce_new", ""); }, true},
      {"a byte moved from name to value", [](Record& r) { r.headers[2] = {"ce_i", "de1"}; }, true},
      {"ce_hash", [](Record& r) { r.headers.emplace_back("ce_hash", "x"); }, false},
      {"ce_prevhash", [](Record& r) { r.headers.emplace_back("ce_prevhash", "x"); }, false},
      {"a trace header", [](Record& r) { set(r, "traceparent", "00-2"); }, false},
      {"a foreign header, twice", [](Record& r) { r.headers.insert(r.headers.end(), 2, {"x", "1"}); }, false},
      {"a name that is not in lower case", [](Record& r) { r.headers.emplace_back("CE_NEW", ""); }, false},
      {"a name that only looks like ce_", [](Record& r) { r.headers.emplace_back("ce", ""); }, false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    Record changed = record;
    c.change(changed);
    CHECK((hash_of(changed) != hash) == c.covered);
  }
  CHECK((canonical_hash(kPrev, 8, record) != hash));
  CHECK((canonical_hash(Hash{}, 7, record) != hash));
}

TEST_CASE("a covered header that occurs twice has no canonical form, whatever it says") {
  for (const char* name : {"ce_id", "content-type"}) {
    Record record = event("e1");
    record.headers.emplace_back(name, std::string(*record.header(name)));
    CHECK_THROWS_AS(hash_of(record), std::invalid_argument);
  }
}

TEST_CASE("linking follows the head and never lets time stand or go back") {
  const Head head = genesis().head;
  Record late = event("late");
  const Head after_late = link(late, head, "w", kTimeUs + 5);
  CHECK(after_late.height == 1);
  CHECK(after_late.recorded_us == kTimeUs + 5);
  CHECK(late.header("ce_prevhash") == to_text(head.hash));
  CHECK(late.header("ce_hash") == to_text(after_late.hash));
  CHECK(late.header("ce_height") == "1");
  CHECK(late.header("ce_writer") == "w");

  for (const std::int64_t now : {kTimeUs, kTimeUs - 1, std::int64_t{0}}) {
    Record record = event("early");
    CHECK(link(record, head, "w", now).recorded_us == kTimeUs + 1);
  }
}

}  // namespace
}  // namespace ledger::log::testing
