#include "log/link_reader.hpp"

#include <charconv>
#include <chrono>
#include <stdexcept>

namespace ledger::log {
namespace {

using namespace std::string_view_literals;

// How many hashes are remembered to tell a stale record from an orphan. Beyond them a stale record looks like an orphan, which only costs
// one comparison of the head.
constexpr std::size_t kRemembered = 4096;

std::string key_of(const Hash& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }

template <class Number>
bool parse(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

// 2026-01-01T00:00:00.000000Z, exactly: a covered header has one spelling.
std::optional<std::int64_t> parse_recorded_time(std::string_view text) {
  if (text.size() != 27 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != '.' || text[26] != 'Z')
    return std::nullopt;
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int fraction = 0;
  if (!parse(text.substr(0, 4), year) || !parse(text.substr(5, 2), month) || !parse(text.substr(8, 2), day) || !parse(text.substr(11, 2), hour) ||
      !parse(text.substr(14, 2), minute) || !parse(text.substr(17, 2), second) || !parse(text.substr(20, 6), fraction))
    return std::nullopt;
  using namespace std::chrono;
  const year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59 || hour < 0 || minute < 0 || second < 0 || fraction < 0) return std::nullopt;
  const auto whole = sys_days{date} + hours{hour} + minutes{minute} + seconds{second} + microseconds{fraction};
  return duration_cast<microseconds>(whole.time_since_epoch()).count();
}

// What a record that follows `prevhash` at `height` must look like to be believed: its head, or why not.
std::variant<Head, Halt> verify(const Record& record, const Hash& prevhash, std::uint64_t height) {
  const auto linkversion = record.header("ce_linkversion");
  if (linkversion != kLinkVersion) {
    return Halt{"it links to the head with link version '" + std::string(linkversion.value_or("")) + "', and this program knows only version 1: run a newer one"};
  }
  std::uint64_t said_height = 0;
  if (!parse(record.header("ce_height").value_or(""), said_height) || said_height != height) {
    return Halt{"it links to the head but says height '" + std::string(record.header("ce_height").value_or("")) + "' instead of " + std::to_string(height)};
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

Verdict LinkReader::read(const Arrival& arrival) {
  anchor_.next_offset = arrival.offset + 1;
  const Record& record = arrival.record;
  const auto prevhash = parse_hash(record.header("ce_prevhash").value_or(""));

  if (!has_head_) {
    const auto genesis = read_genesis(record);
    if (!genesis || genesis->partition != partition_ || !prevhash || *prevhash != identity_hash(*genesis)) return Void{VoidClass::before_genesis};
    const auto verified = verify(record, *prevhash, 0);
    if (!std::holds_alternative<Head>(verified)) return Void{VoidClass::before_genesis};
    genesis_ = *genesis;
    return count(arrival, std::get<Head>(verified), true);
  }

  if (!prevhash) return Void{VoidClass::unlinked};
  if (*prevhash != anchor_.head.hash) {
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
  remember(counted_, counted_index_, head.hash);
  return Counts{head, genesis};
}

Void LinkReader::classify(const Hash& prevhash) const {
  const std::string key = key_of(prevhash);
  if (counted_index_.contains(key)) return {VoidClass::stale_head};
  if (voided_index_.contains(key)) return {VoidClass::on_void};
  // A second genesis follows a hash of the identity, which no record has.
  return {VoidClass::orphan};
}

void LinkReader::remember(std::deque<Hash>& seen, std::unordered_set<std::string>& index, const Hash& hash) {
  if (!index.insert(key_of(hash)).second) return;
  seen.push_back(hash);
  if (seen.size() <= kRemembered) return;
  index.erase(key_of(seen.front()));
  seen.pop_front();
}

}  // namespace ledger::log
