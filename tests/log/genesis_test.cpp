#include <doctest/doctest.h>

#include "tests/log/chain.hpp"

namespace ledger::log::testing {
namespace {

TEST_CASE("a genesis says what it was made of") {
  CHECK((read_genesis(genesis().record) == kGenesis));
  CHECK_FALSE(read_genesis(event("e")));
  CHECK_FALSE(read_genesis(make_barrier("b", "start")));
  for (const char* name : {"ce_ledger", "ce_topic", "ce_partition", "ce_partitioncount", "ce_partitioner", "ce_hashalgorithm"}) {
    CAPTURE(name);
    Record record = genesis().record;
    std::erase_if(record.headers, [&](const Header& header) { return header.first == name; });
    CHECK_FALSE(read_genesis(record));
  }
  for (const char* number : {"", "-1", "x", "3 ", "99999999999"}) {
    CAPTURE(number);
    Record record = genesis().record;
    set(record, "ce_partition", number);
    CHECK_FALSE(read_genesis(record));
  }
}

TEST_CASE("every part of the identity changes its hash") {
  const Genesis others[] = {
      {"ledger-2", kPartition, 8},          {"ledger-1", {"other", 3}, 8},           {"ledger-1", {kPartition.topic, 4}, 8},
      {"ledger-1", kPartition, 9},          {"ledger-1", kPartition, 8, "crc32"},    {"ledger-1", kPartition, 8, "murmur2", "sha-512"},
  };
  for (const auto& other : others) CHECK((identity_hash(other) != identity_hash(kGenesis)));
}

TEST_CASE("a chain cannot be spliced: another partition's genesis and what follows it is void") {
  Genesis other = kGenesis;
  other.partition.number = 4;
  Feed feed;
  CHECK(feed(make_genesis(other, "g", "w", kTimeUs)) == "before_genesis");
  CHECK_FALSE(feed.reader.has_head());
  CHECK(feed(genesis().record) == "counts");
}

TEST_CASE("of several geneses the first counts, and the others are just late") {
  Genesis other = kGenesis;
  other.ledger = "ledger-2";
  Feed feed;
  CHECK(feed(genesis().record) == "counts");
  CHECK(feed(make_genesis(kGenesis, "g2", "w2", kTimeUs + 1)) == "stale_head");
  CHECK(feed(make_genesis(other, "g3", "w3", kTimeUs + 2)) == "orphan");
  CHECK((feed.reader.genesis() == kGenesis));
}

}  // namespace
}  // namespace ledger::log::testing
