#include "log/link_reader.hpp"

#include <charconv>
#include <chrono>
#include <cstring>
#include <stdexcept>

namespace ledger::log {
namespace {

using namespace std::string_view_literals;

// How many hashes are remembered to tell a stale record from an orphan. Beyond them a stale record looks like an orphan, which only costs
// one comparison of the head.
constexpr std::size_t kRemembered = 4096;

// How many void records behind the head are read again when it is compared. More come there only from a stranger who writes into the topic:
// each time the head moves they begin anew.
constexpr std::size_t kBehindHead = 64;

// Digits and nothing else: from_chars alone would take a sign.
bool parse(std::string_view digits, unsigned& number) {
  if (digits.find_first_not_of("0123456789") != std::string_view::npos) return false;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc{} && end == digits.data() + digits.size();
}

// 2026-01-01T00:00:00.000000Z, exactly: a covered header has one spelling.
std::optional<std::int64_t> parse_recorded_time(std::string_view text) {
  if (text.size() != 27 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != '.' || text[26] != 'Z')
    return std::nullopt;
  unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, fraction = 0;
  if (!parse(text.substr(0, 4), year) || !parse(text.substr(5, 2), month) || !parse(text.substr(8, 2), day) || !parse(text.substr(11, 2), hour) ||
      !parse(text.substr(14, 2), minute) || !parse(text.substr(17, 2), second) || !parse(text.substr(20, 6), fraction))
    return std::nullopt;
  using namespace std::chrono;
  const year_month_day date{std::chrono::year{static_cast<int>(year)}, std::chrono::month{month}, std::chrono::day{day}};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const auto whole = sys_days{date} + hours{hour} + minutes{minute} + seconds{second} + microseconds{fraction};
  return duration_cast<microseconds>(whole.time_since_epoch()).count();
}

// A genesis of this very partition that a newer program laid. Skipping it as foreign would end in a second chain beside its own.
std::optional<Halt> newer_genesis(const Record& record, const PartitionId& partition) {
  if (record.header("ce_kind") != "genesis"sv || record.header("ce_topic") != partition.topic ||
      record.header("ce_partition") != std::to_string(partition.number))
    return std::nullopt;
  const auto differs = [&](std::string_view header, std::string_view known) -> std::optional<Halt> {
    const auto said = record.header(header).value_or("");
    if (said == known) return std::nullopt;
    return Halt{"it is the genesis with " + std::string(header) + " '" + std::string(said) + "', and this program knows only '" + std::string(known) +
                "': run a newer one"};
  };
  if (auto halt = differs("ce_linkversion", kLinkVersion)) return halt;
  if (auto halt = differs("ce_hashalgorithm", kHashAlgorithm)) return halt;
  return differs("ce_partitioner", kPartitioner);
}

// What a record that follows `prevhash` at `height` must look like to be believed: its head, or why not.
std::variant<Head, Halt> verify(const Record& record, const Hash& prevhash, std::uint64_t height) {
  const auto linkversion = record.header("ce_linkversion");
  if (linkversion != kLinkVersion) {
    return Halt{"it links to the head with link version '" + std::string(linkversion.value_or("")) + "', and this program knows only version 1: run a newer one"};
  }
  const auto said_height = record.header("ce_height").value_or("");
  if (said_height != std::to_string(height)) {
    return Halt{"it links to the head but says height '" + std::string(said_height) + "' instead of " + std::to_string(height)};
  }
  const auto hash = parse_hash(record.header("ce_hash").value_or(""));
  if (!hash) return Halt{"it links to the head but its ce_hash is missing or malformed"};
  try {
    if (canonical_hash(prevhash, height, record) != *hash) return Halt{"it links to the head but its content is not what its hash says"};
  } catch (const std::invalid_argument& twice) {
    return Halt{std::string("it links to the head but ") + twice.what()};
  }
  const auto recorded = parse_recorded_time(record.header("ce_recordedtime").value_or(""));
  if (!recorded) return Halt{"it links to the head but its ce_recordedtime is missing or malformed"};
  return Head{*hash, height, *recorded};
}

}  // namespace

std::string_view to_text(VoidClass cls) {
  switch (cls) {
    case VoidClass::stale_head: return "stale_head";
    case VoidClass::on_void: return "on_void";
    case VoidClass::orphan: return "orphan";
    case VoidClass::unlinked: return "unlinked";
    case VoidClass::before_genesis: return "before_genesis";
  }
  return "unknown";
}

LinkReader::LinkReader(PartitionId partition) : partition_(std::move(partition)) {}

LinkReader::LinkReader(PartitionId partition, const Anchor& anchor) : partition_(std::move(partition)), has_head_(true), anchor_(anchor) {
  remember(counted_, counted_index_, anchor.head.hash);
}

bool LinkReader::matches(const Head& head, const Record& record) {
  const auto prevhash = parse_hash(record.header("ce_prevhash").value_or(""));
  if (!prevhash) return false;
  const auto verified = verify(record, *prevhash, head.height);
  const auto* found = std::get_if<Head>(&verified);
  return found != nullptr && found->hash == head.hash;
}

bool Foothold::holds(const std::optional<Arrival>& found) const {
  if (!found || found->offset != offset) return false;
  if (is_head && append_time_ms != 0 && found->append_time_ms != append_time_ms) return false;
  return is_head ? LinkReader::matches(head, found->record) : parse_hash(found->record.header("ce_prevhash").value_or("")) != head.hash;
}

std::string Foothold::why_not() const {
  const std::string height = std::to_string(head.height);
  return "the record at offset " + std::to_string(offset) +
         (is_head ? ", height " + height + ", which had been read and counted, is gone or another"
                  : ", behind height " + height + ", which had been read and was void, is gone, or another stands there that counts");
}

std::vector<Foothold> LinkReader::footholds() const {
  std::vector<Foothold> all;
  if (has_head_) all.push_back({anchor_.head_offset, anchor_.head, true, head_append_time_ms_});
  for (const Offset offset : behind_head_) all.push_back({offset, anchor_.head, false, 0});
  return all;
}

Verdict LinkReader::read(const Arrival& arrival) {
  anchor_.next_offset = arrival.offset + 1;
  const Record& record = arrival.record;
  const auto prevhash = parse_hash(record.header("ce_prevhash").value_or(""));

  if (!has_head_) {
    if (auto halt = newer_genesis(record, partition_)) return std::move(*halt);
    const auto genesis = read_genesis(record);
    if (!genesis || genesis->partition != partition_ || !prevhash || *prevhash != identity_hash(*genesis)) return Void{VoidClass::before_genesis};
    const auto verified = verify(record, *prevhash, 0);
    if (!std::holds_alternative<Head>(verified)) return Void{VoidClass::before_genesis};
    genesis_ = *genesis;
    remember(counted_, counted_index_, *prevhash);   // several processes may have laid one: the others are just late
    return count(arrival, std::get<Head>(verified), true);
  }

  if (prevhash != anchor_.head.hash) {
    behind_head_.push_back(arrival.offset);
    if (behind_head_.size() > kBehindHead) behind_head_.pop_front();
    if (!prevhash) return Void{VoidClass::unlinked};
    const Void verdict = classify(*prevhash);
    if (const auto hash = parse_hash(record.header("ce_hash").value_or(""))) remember(voided_, voided_index_, *hash);
    return verdict;
  }
  auto verified = verify(record, *prevhash, anchor_.head.height + 1);
  if (auto* halt = std::get_if<Halt>(&verified)) return std::move(*halt);
  const Head& head = std::get<Head>(verified);
  if (head.recorded_us <= anchor_.head.recorded_us) return Halt{"it links to the head but its ce_recordedtime does not rise"};
  return count(arrival, head, false);
}

Verdict LinkReader::count(const Arrival& arrival, const Head& head, bool genesis) {
  has_head_ = true;
  anchor_.head = head;
  anchor_.head_offset = arrival.offset;
  head_append_time_ms_ = arrival.append_time_ms;
  behind_head_.clear();
  remember(counted_, counted_index_, head.hash);
  return Counts{head, genesis};
}

Void LinkReader::classify(const Hash& prevhash) const {
  if (counted_index_.contains(prevhash)) return {VoidClass::stale_head};
  if (voided_index_.contains(prevhash)) return {VoidClass::on_void};
  return {VoidClass::orphan};
}

std::size_t LinkReader::FirstBytes::operator()(const Hash& hash) const noexcept {
  std::size_t bytes = 0;
  std::memcpy(&bytes, hash.data(), sizeof bytes);
  return bytes;
}

void LinkReader::remember(std::deque<Hash>& seen, Hashes& index, const Hash& hash) {
  if (!index.insert(hash).second) return;
  seen.push_back(hash);
  if (seen.size() <= kRemembered) return;
  index.erase(seen.front());
  seen.pop_front();
}

}  // namespace ledger::log
