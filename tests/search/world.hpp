#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands/partition_writer.hpp"
#include "infra/memory/storage.hpp"
#include "tests/commands/memory_history.hpp"
#include "tests/search/properties.hpp"
#include "tests/search/scenario.hpp"

namespace ledger::search {

// What a record is, seen from outside. Cards are never removed: records are named by their numbers.
struct Card {
  enum class Kind : std::uint8_t { genesis, barrier, event } kind = Kind::barrier;
  log::Hash hash{};
  int prev = -1;                       // the card it links to
  std::uint64_t height = 0;
  int command = -1, attempt = 0;       // an event's; before the clients began: -1
  std::uint64_t version = 0;
  std::string word;                    // stream and word
  bool removal = false, claim = false;
  int node = -1;                       // that sent it, and in which of its lives
  int life = 0;
  char reason = ' ';                   // a barrier's
  std::shared_ptr<const log::Record> record;
};

// A record on its way, or one that is stored and whose report is on its way.
struct Parcel {
  int card = -1;
  int node = -1;
  bool reports = false;                // its sender lives and waits for the report
  SendId send = 0;
  std::optional<log::Offset> stored;
};

// A question of a writer, and the answer as the world has given it, on the way back.
template <class Asked, class Answer>
struct Question {
  Asked asked;
  std::optional<Answer> answer;
};

class World;

// A process as far as one partition is concerned: a writer, where it reads, and what it has asked for.
class Node final : public Outbox {
 public:
  Node(World& world, int number, int life, const std::optional<log::Anchor>& from);

  // Consequences are drawn, and questions that are answered at once are.
  void settle();
  std::string name() const;

  World& world;
  const int number;
  const int life;
  Moment now;
  const log::Offset begun;             // where it began to read
  memory::Cursor cursor;
  std::vector<int> read;               // cards, since
  std::map<Ticket, int> attempts;      // ticket → command * 16 + attempt, of who waits
  std::map<Ticket, int> inquiries;     // ticket → number
  Ticket next_ticket = 1;
  std::uint64_t next_event = 1;
  std::optional<Question<HistoryQuery, Result<HistorySlice, HistoryFault>>> load_question;
  std::optional<Question<int, log::Offset>> end_question;
  std::optional<Question<log::Offset, std::optional<log::Arrival>>> read_at_question;
  std::vector<SendId> errors_due;      // of sends that a new sender made void
  bool cut_told = true;                // it knows of the last cut
  bool blind() const { return !cut_told || read_at_question; }   // it cannot know yet whether the log was cut
  bool misled = false;                 // while blind, something counted for it that follows what is gone: README.md, "What no comparison can see"
  bool advanced = true;
  log::Taken taken = log::Taken::yes;
  std::unique_ptr<PartitionWriter> writer;

 private:
  log::Taken append(const log::Record& record, SendId id) override;
  void renew_sender() override;
  void load(HistoryQuery query) override;
  void ask_end() override;
  void read_at(log::Offset offset) override;
  void answer(Ticket ticket, Outcome outcome) override;
  bool yield_to(const std::string& writer) override;
};

struct Action {
  enum class Kind : std::uint8_t {
    submit, inquire, read, store, store_quietly, report, duplicate, lose, fail, tick, crash, restart_at_checkpoint, assume, release, lapse, history_reads,
    history_tells, cut, tell_cut, false_alarm, serve_load, bring_load, serve_end, bring_end, serve_read_at, bring_read_at, advance, refuse_appends, take_appends, lose_history, find_history,
  } kind = Kind::read;
  std::uint8_t node = 0;
  std::uint8_t what = 0;               // command, parcel, offset, number of records
  std::uint8_t first = 0;              // so many records are read before, by a node that had nothing to do
  bool operator==(const Action&) const = default;
};

// Everything: the log, the history, the nodes, what is on the way, the clients and what they were told, and what may still happen.
class World {
 public:
  explicit World(const Scenario& scenario);

  std::vector<Action> possible() const;
  void apply(const Action& action);
  std::string words_for(const Action& action) const;
  // Faults end: everything arrives and everybody must be answered.
  void come_to_rest();

  const Violations& violations() const { return judge.violations(); }

  const Scenario scenario;
  Budgets left;
  memory::Storage storage;
  std::vector<Card> cards;
  std::vector<int> stored;             // cards, by offset
  std::vector<std::int64_t> appended;  // when, by offset: 1, after a cut 2 …
  MemoryHistory history;
  log::Offset history_next = 0;
  bool history_away = false;
  bool history_lost = false;           // it holds what was cut away, and reads no further
  std::vector<std::unique_ptr<Node>> nodes;
  std::vector<Parcel> parcels;         // in the order sent
  Judge judge;

  int card_of(const log::Hash& hash) const;
  int card_for(const log::Record& record, int node, int life);
  void put(int card);                  // into the log
  bool spend(Budget budget);
  int has(Budget budget) const { return left[static_cast<std::size_t>(budget)]; }

 private:
  void boot(int number, int life, const std::optional<log::Anchor>& from);
  void begin();
  void read(Node& node, int records);
  void store(std::size_t parcel, bool report);
  void report(std::size_t parcel);
  void forget_settled_parcels();
  void history_reads();
  void be_away(bool away);             // the history
  void cut(log::Offset to);
  void submit(Node& node, int command);
  void inquire(Node& node, int command);
  void crash(Node& node, bool at_checkpoint);
  template <class Do>
  void then_settle(Node& node, Do action);

  bool reads_when_it_matters(const Node& node) const;
  void possible_at(const Node& node, std::vector<Action>& actions) const;
  void possible_in_network(std::vector<Action>& actions) const;
};

// A proposal of a plan; the correlation id names command and attempt.
Proposal proposal_for(const Plan& plan, int command, int attempt);
std::string key_of(int command);

// What happens is told here, when somebody wants to know.
void tell(const std::string& sentence);
void tell_to(std::vector<std::string>* sentences);
bool telling();

}  // namespace ledger::search
