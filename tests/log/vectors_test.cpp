#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "log/link.hpp"
#include "log/link_reader.hpp"
#include "log/partitioner.hpp"
#include "log/sha256.hpp"

// The test vectors of docs/log-format.md. They are constants: a reader that a stranger wrote agrees with them, so no change of ours may
// change one.
namespace ledger::log {
namespace {

using nlohmann::json;

const json& vectors() {
  static const json all = json::parse(std::ifstream(LEDGER_SOURCE_DIR "/tests/log/vectors.json"));
  return all;
}

Record record_of(const json& from) {
  Record record{from.at("key"), {}, from.at("value")};
  for (const auto& header : from.at("headers")) record.headers.emplace_back(header.at(0), header.at(1));
  return record;
}

std::string bytes_of(const std::string& hex) {
  std::string bytes;
  for (std::size_t at = 0; at < hex.size(); at += 2) bytes.push_back(static_cast<char>(std::stoi(hex.substr(at, 2), nullptr, 16)));
  return bytes;
}

PartitionId partition_in(const json& from) { return {from.at("topic"), from.at("partition")}; }

std::string class_of(const Verdict& verdict) {
  if (const auto* nothing = std::get_if<Void>(&verdict)) return std::string(to_text(nothing->cls));
  return std::holds_alternative<Halt>(verdict) ? "halt: " + std::get<Halt>(verdict).why : "counts";
}

TEST_CASE("vectors: hashes as text") {
  for (const auto& c : vectors().at("hash_texts").at("valid")) {
    const std::string text = c.at("text");
    const std::string bytes = bytes_of(c.at("hex"));
    CAPTURE(text);
    const auto hash = parse_hash(text);
    REQUIRE(hash);
    CHECK(std::string(hash->begin(), hash->end()) == bytes);
    CHECK(to_text(*hash) == text);
  }
  for (const std::string text : vectors().at("hash_texts").at("invalid")) {
    CAPTURE(text);
    CHECK_FALSE(parse_hash(text));
  }
}

TEST_CASE("vectors: partitions of keys") {
  for (const auto& c : vectors().at("partitions")) {
    const std::string key = c.at("key");
    CAPTURE(key);
    CHECK(static_cast<std::int32_t>(murmur2(key)) == c.at("murmur2"));
    CHECK(partition_of(key, 1) == c.at("of_1"));
    CHECK(partition_of(key, 8) == c.at("of_8"));
    CHECK(partition_of(key, 12) == c.at("of_12"));
  }
}

TEST_CASE("vectors: the identity of a genesis") {
  const auto& c = vectors().at("identity");
  const Genesis genesis{c.at("ledger"), partition_in(c), c.at("partition_count"), c.at("partitioner"), c.at("hash_algorithm")};
  CHECK(c.at("link_version") == kLinkVersion);
  CHECK(to_text(identity_hash(genesis)) == c.at("hash"));
  CHECK(to_text(Sha256().bytes(bytes_of(c.at("canonical_hex"))).finish()) == c.at("hash"));
  const Record first = record_of(vectors().at("chain").at("records").at(0));
  CHECK((read_genesis(first) == genesis));
}

TEST_CASE("vectors: canonical forms and hashes of the worked example") {
  for (const auto& c : vectors().at("chain").at("records")) {
    const Record record = record_of(c);
    const auto prevhash = parse_hash(c.at("prevhash").get<std::string>());
    REQUIRE(prevhash);
    CHECK(to_text(canonical_hash(*prevhash, c.at("height"), record)) == c.at("hash"));
    CHECK(to_text(Sha256().bytes(bytes_of(c.at("canonical_hex"))).finish()) == c.at("hash"));
  }
}

TEST_CASE("vectors: a reader of the worked example") {
  const auto& chain = vectors().at("chain");
  LinkReader reader(partition_in(chain));
  Offset offset = 0;
  for (const auto& c : chain.at("records")) {
    const auto verdict = reader.read({reader.partition(), offset++, 0, record_of(c)});
    REQUIRE(class_of(verdict) == "counts");
    const Head head = std::get<Counts>(verdict).head;
    CHECK(head.height == c.at("height"));
    CHECK(to_text(head.hash) == c.at("hash"));
    CHECK(head.recorded_us == c.at("recorded_microseconds"));
  }
}

TEST_CASE("vectors: what counts in a partition, and the class of what does not") {
  const auto& partition = vectors().at("partition");
  LinkReader reader(partition_in(partition));
  for (const auto& c : partition.at("arrivals")) {
    CAPTURE(c.at("what").get<std::string>());
    const auto verdict = reader.read({reader.partition(), c.at("offset"), 0, record_of(c)});
    if (c.at("counts")) {
      REQUIRE(class_of(verdict) == "counts");
      CHECK(reader.head().height == c.at("height"));
      CHECK(to_text(reader.head().hash) == c.at("hash"));
    } else {
      CHECK(class_of(verdict) == c.at("class").get<std::string>());
    }
  }
}

TEST_CASE("vectors: where a reader halts") {
  const auto& chain = vectors().at("chain");
  for (const auto& c : vectors().at("halts")) {
    CAPTURE(c.at("what").get<std::string>());
    LinkReader reader(partition_in(chain));
    const std::size_t after = c.at("after");
    for (std::size_t n = 0; n < after; ++n) {
      REQUIRE(class_of(reader.read({reader.partition(), static_cast<Offset>(n), 0, record_of(chain.at("records").at(n))})) == "counts");
    }
    const Verdict verdict = reader.read({reader.partition(), static_cast<Offset>(after), 0, record_of(c)});
    CHECK(std::holds_alternative<Halt>(verdict));
  }
}

// The reader keeps no time apart from its heads, so each text becomes the genesis' time.
TEST_CASE("vectors: recorded times") {
  const auto& chain = vectors().at("chain");
  const auto read_with = [&](const std::string& text) {
    Record record = record_of(chain.at("records").at(0));
    for (auto& [name, value] : record.headers) {
      if (name == "ce_recordedtime") value = text;
    }
    const auto prevhash = parse_hash(*record.header("ce_prevhash"));
    for (auto& [name, value] : record.headers) {
      if (name == "ce_hash") value = to_text(canonical_hash(*prevhash, 0, record));
    }
    LinkReader reader(partition_in(chain));
    reader.read({reader.partition(), 0, 0, record});
    return reader.has_head() ? std::optional(reader.head().recorded_us) : std::nullopt;
  };
  for (const auto& c : vectors().at("recorded_times").at("valid")) {
    CAPTURE(c.at("text").get<std::string>());
    CHECK((read_with(c.at("text")) == c.at("microseconds").get<std::int64_t>()));
  }
  for (const std::string text : vectors().at("recorded_times").at("invalid")) {
    CAPTURE(text);
    CHECK_FALSE(read_with(text));
  }
}

}  // namespace
}  // namespace ledger::log
