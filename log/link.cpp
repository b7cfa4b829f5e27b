#include "log/link.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <stdexcept>

#include "log/sha256.hpp"

namespace ledger::log {
namespace {

using namespace std::string_view_literals;

bool is_covered(std::string_view name) {
  if (name == "content-type") return true;
  return name.starts_with("ce_") && name != "ce_hash" && name != "ce_prevhash";
}

// A header that is covered, ordered by its name: the name's first eight bytes as a number nearly always tell it, in a fraction of what comparing texts takes.
struct Covered {
  explicit Covered(const Header& covered) : header{&covered} {
    for (std::size_t n = 0; n < sizeof begin; ++n) begin = (begin << 8U) | (n < covered.first.size() ? static_cast<unsigned char>(covered.first[n]) : 0U);
  }
  const std::string& name() const { return header->first; }
  bool operator<(const Covered& other) const { return begin != other.begin ? begin < other.begin : name() < other.name(); }

  std::uint64_t begin = 0;
  const Header* header;
};

// RFC 3339 in UTC, six digits. Written here because this folder knows no other.
std::string rfc3339(std::int64_t us) {
  using namespace std::chrono;
  const sys_time<microseconds> time{microseconds{us}};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  std::array<char, 40> text{};
  const int size = std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                                 static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
                                 static_cast<int>(clock.subseconds().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

// Adds the link's headers and computes the hash over all that is then there.
Head seal_link(Record& record, const Hash& prevhash, std::uint64_t height, std::string_view writer, std::int64_t recorded_us) {
  record.headers.reserve(record.headers.size() + 6);
  record.headers.emplace_back("ce_recordedtime", rfc3339(recorded_us));
  record.headers.emplace_back("ce_linkversion", kLinkVersion);
  record.headers.emplace_back("ce_writer", writer);
  record.headers.emplace_back("ce_height", std::to_string(height));
  const Hash hash = canonical_hash(prevhash, height, record);
  record.headers.emplace_back("ce_prevhash", to_text(prevhash));
  record.headers.emplace_back("ce_hash", to_text(hash));
  return {hash, height, recorded_us};
}

std::optional<std::int32_t> parse_count(std::string_view text) {
  std::int32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

}  // namespace

Hash canonical_hash(const Hash& prevhash, std::uint64_t height, const Record& record) {
  std::vector<Covered> covered;
  covered.reserve(record.headers.size());
  for (const auto& header : record.headers) {
    if (is_covered(header.first)) covered.emplace_back(header);
  }
  std::sort(covered.begin(), covered.end());
  const auto twice = std::ranges::adjacent_find(covered, {}, &Covered::name);
  if (twice != covered.end()) throw std::invalid_argument("the covered header " + twice->name() + " occurs twice");

  Sha256 sha;
  sha.bytes("promptledger/link/1\0"sv).bytes(prevhash).u64(height).lp(record.key);
  sha.u32(static_cast<std::uint32_t>(covered.size()));
  for (const auto& each : covered) sha.lp(each.name()).lp(each.header->second);
  return sha.lp(record.value).finish();
}

Hash identity_hash(const Genesis& genesis) {
  return Sha256()
      .bytes("promptledger/genesis/1\0"sv)
      .lp(genesis.ledger)
      .lp(genesis.partition.topic)
      .u32(static_cast<std::uint32_t>(genesis.partition.number))
      .u32(static_cast<std::uint32_t>(genesis.partition_count))
      .lp(genesis.partitioner)
      .lp(genesis.hash_algorithm)
      .lp(kLinkVersion)
      .finish();
}

Head link(Record& record, const Head& head, std::string_view writer, std::int64_t now_us) {
  return seal_link(record, head.hash, head.height + 1, writer, std::max(now_us, head.recorded_us + 1));
}

Record make_barrier(std::string_view event_id, std::string_view reason) {
  Record record;
  record.headers.emplace_back("ce_specversion", "1.0");
  record.headers.emplace_back("ce_id", event_id);
  record.headers.emplace_back("ce_kind", "barrier");
  record.headers.emplace_back("ce_barrierreason", reason);
  return record;
}

Record make_genesis(const Genesis& genesis, std::string_view event_id, std::string_view writer, std::int64_t now_us) {
  Record record;
  record.headers.emplace_back("ce_specversion", "1.0");
  record.headers.emplace_back("ce_id", event_id);
  record.headers.emplace_back("ce_kind", "genesis");
  record.headers.emplace_back("ce_ledger", genesis.ledger);
  record.headers.emplace_back("ce_topic", genesis.partition.topic);
  record.headers.emplace_back("ce_partition", std::to_string(genesis.partition.number));
  record.headers.emplace_back("ce_partitioncount", std::to_string(genesis.partition_count));
  record.headers.emplace_back("ce_partitioner", genesis.partitioner);
  record.headers.emplace_back("ce_hashalgorithm", genesis.hash_algorithm);
  seal_link(record, identity_hash(genesis), 0, writer, now_us);
  return record;
}

std::optional<Genesis> read_genesis(const Record& record) {
  if (record.header("ce_kind") != "genesis"sv) return std::nullopt;
  const auto ledger = record.header("ce_ledger");
  const auto topic = record.header("ce_topic");
  const auto partitioner = record.header("ce_partitioner");
  const auto algorithm = record.header("ce_hashalgorithm");
  const auto number = parse_count(record.header("ce_partition").value_or(""));
  const auto count = parse_count(record.header("ce_partitioncount").value_or(""));
  if (!ledger || !topic || !partitioner || !algorithm || !number || !count) return std::nullopt;
  return Genesis{std::string(*ledger), {std::string(*topic), *number}, *count, std::string(*partitioner), std::string(*algorithm)};
}

}  // namespace ledger::log
