#include "log/link_reader.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {
namespace {

using namespace log;

const PartitionId kPartition{"promptledger.log.prompts", 3};
constexpr std::int64_t kTimeUs = 1'767'323'045'000'006;

std::size_t number_in(std::string_view text) {
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// Writes a partition as the input's lines tell, whatever a partition may come to hold:
//   genesis LEDGER           event KEY ID VALUE           barrier REASON        linked to the head that it has come to
//   stale N KEY              linked to the Nth head instead                     again N          the Nth record a
//   second time spoil N NAME VALUE       the Nth record with another header                 raw NAME VALUE   a record
//   of one header
class Scribe {
 public:
  void take(std::string_view line) {
    const std::string_view verb = take_until(line, ' ');
    if (verb == "genesis") {
      add(make_genesis({std::string(line), kPartition, 8}, "g", "w", kTimeUs));
      if (heads_.empty()) heads_.push_back({*parse_hash(*records_.back().header("ce_hash")), 0, kTimeUs});
    } else if (verb == "raw") {
      const std::string name(take_until(line, ' '));
      add(Record{"", {{name, std::string(line)}}, ""});
    } else if (verb == "barrier" && !heads_.empty()) {
      chain(make_barrier("b", line), heads_.back());
    } else if (verb == "event" && !heads_.empty()) {
      const std::string key(take_until(line, ' '));
      const std::string id(take_until(line, ' '));
      chain(Record{key, {{"content-type", "application/json"}, {"ce_id", id}, {"traceparent", id}}, std::string(line)},
            heads_.back());
    } else if (verb == "stale" && !heads_.empty()) {
      const Head& head = heads_[number_in(take_until(line, ' ')) % heads_.size()];
      chain(Record{std::string(line), {{"ce_id", "s"}}, "{}"}, head);
    } else if (verb == "again" && !records_.empty()) {
      add(records_[number_in(line) % records_.size()]);
    } else if (verb == "spoil" && !records_.empty()) {
      Record record = records_[number_in(take_until(line, ' ')) % records_.size()];
      const std::string name(take_until(line, ' '));
      std::erase_if(record.headers, [&](const Header& header) { return header.first == name; });
      record.headers.emplace_back(name, line);
      add(std::move(record));
    }
  }
  const std::vector<Record>& records() const { return records_; }

 private:
  void add(Record record) { records_.push_back(std::move(record)); }
  void chain(Record record, const Head& head) {
    const Head next = link(record, head, "w", kTimeUs);
    add(std::move(record));
    if (head == heads_.back()) heads_.push_back(next);
  }

  std::vector<Record> records_;
  std::vector<Head> heads_;
};

bool counts(const Verdict& verdict) { return std::holds_alternative<Counts>(verdict); }
bool halts(const Verdict& verdict) { return std::holds_alternative<Halt>(verdict); }

// What the rule says of a record that did not halt the reader, from the head before it.
void follows_the_rule(const LinkReader& reader, bool had_head, const Head& before, const Record& record,
                      const Verdict& verdict) {
  const auto prevhash = parse_hash(record.header("ce_prevhash").value_or(""));
  if (had_head) expect(counts(verdict) == (prevhash == before.hash), "a record counts exactly if it names the head");
  if (!counts(verdict)) {
    expect(reader.has_head() == had_head && reader.head() == before, "a void record moves no head");
    return;
  }
  const Head& head = std::get<Counts>(verdict).head;
  expect(reader.head() == head, "the record that counts is the head");
  expect(head.height == (had_head ? before.height + 1 : 0), "heights are gapless");
  expect(!had_head || head.recorded_us > before.recorded_us, "recorded time rises");
  expect(canonical_hash(*prevhash, head.height, record) == head.hash, "a hash covers what it stands for");
  expect(LinkReader::matches(head, record), "a head finds its own record");
}

}  // namespace

void link_reader(std::string_view input) {
  Scribe scribe;
  while (!input.empty() && scribe.records().size() < 64) scribe.take(take_until(input, '\n'));

  LinkReader reader(kPartition);
  std::vector<LinkReader> resumed;  // one from each anchor: reading on behind it must come to the same
  Offset offset = 0;
  for (const Record& record : scribe.records()) {
    const Arrival arrival{kPartition, offset++, 0, record};
    const bool had_head = reader.has_head();
    const Head before = reader.head();
    const Verdict verdict = reader.read(arrival);
    for (auto& other : resumed)
      expect(other.read(arrival).index() == verdict.index(), "a reader may begin at any anchor");
    if (halts(verdict)) {
      expect(!std::get<Halt>(verdict).why.empty() && reader.head() == before, "a halt says why and moves no head");
      return;
    }
    follows_the_rule(reader, had_head, before, record, verdict);
    if (counts(verdict)) resumed.emplace_back(kPartition, reader.anchor());
  }
}

}  // namespace ledger::fuzz
