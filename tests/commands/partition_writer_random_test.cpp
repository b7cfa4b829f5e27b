// Writers on one log, driven through random orders of everything that can happen: sends that overtake each other, come late, twice or
// never, reports that are lost, senders that break, reads that lag, a history that lags or is away, time, crashes and restarts, and
// clients that try again elsewhere. A run is its seed.
#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>

#include "tests/commands/stage.hpp"

namespace ledger::stage {
namespace {

using namespace words;

class Run {
 public:
  explicit Run(unsigned seed) : random_(seed) {
    narrow_ = chance(50);
    const std::size_t nodes = narrow_ ? 2 : 1 + below(3);
    for (std::size_t n = 0; n < nodes; ++n) boot(nodes_.emplace_back());
  }

  void play(int steps) {
    for (int step = 0; step < steps && problem_.empty(); ++step) {
      act();
      look();
    }
    if (problem_.empty()) heal();
    if (problem_.empty()) check_end();
  }
  const std::string& problem() const { return problem_; }
  std::size_t answered() const { return answered_; }
  std::size_t accepted() const { return accepted_; }
  std::size_t rejected() const { return rejected_; }
  std::size_t not_stored() const { return not_stored_; }

 private:
  struct Attempt {
    std::size_t command = 0;
    std::size_t number = 0;              // of the command's attempts
    std::string id;
  };
  struct Node {
    std::unique_ptr<Stage> stage;
    std::string name;
    std::map<Ticket, Attempt> attempts;
    std::size_t looked = 0;
    std::size_t life = 0;
  };
  struct Client {                        // sends one command until he knows
    std::string stream, word, key;       // no key: he tries once
    enum class Kind : std::uint8_t { add, remove, claim } kind = Kind::add;
    std::size_t attempts = 0;
    bool waiting = false;
    bool accepted = false, rejected = false;
  };

  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool chance(unsigned percent) { return below(100) < percent; }
  void wrong(const std::string& what) {
    if (problem_.empty()) problem_ = what;
  }

  void boot(Node& node) {
    WriterSettings settings;
    settings.flights_max = 1 + below(6);
    settings.doubt_after_ms = milliseconds(400);
    settings.tail_max_bytes = chance(20) ? 5'000 : 1'000'000;
    settings.cache_max_bytes = chance(20) ? 5'000 : 1'000'000;
    const auto number = &node - nodes_.data();
    node.name = "node" + std::to_string(number) + "." + std::to_string(++node.life);
    node.stage = std::make_unique<Stage>(world_, settings, node.name);
    node.stage->decide_for = milliseconds(2'000);
    node.stage->answer_for = milliseconds(3'000);
    node.stage->withhold_loads = node.stage->withhold_ends = node.stage->withhold_reads_at = true;
    node.looked = 0;
    node.attempts.clear();
    const auto anchor = world_.history.checkpoint(kPartition);
    node.stage->start(chance(60) ? anchor : std::nullopt);
    if (chance(50)) node.stage->writer->assume(node.stage->now);
    node.stage->settle();
  }

  void crash(Node& node) {
    for (const auto& sent : node.stage->sent()) {
      if (!sent.stored) ghosts_.push_back(sent.record);   // may still arrive
    }
    for (const auto& [ticket, attempt] : node.attempts) {
      auto& client = clients_[attempt.command];
      if (node.stage->answer(ticket) == nullptr && attempt.number == client.attempts) client.waiting = false;   // his connection broke
    }
    boot(node);
  }

  void send(std::size_t command) {
    auto& client = clients_[command];
    ++client.attempts;
    client.waiting = true;
    auto& node = nodes_[below(nodes_.size())];
    Proposal proposal = client.kind == Client::Kind::claim    ? claim(client.stream, client.word)
                        : client.kind == Client::Kind::remove ? remove(client.stream, client.word)
                                                              : add(client.stream, client.word);
    if (!client.key.empty()) proposal.key = CommandKey{client.key, "same"};
    const Attempt attempt{command, client.attempts, std::to_string(command) + "/" + std::to_string(client.attempts)};
    proposal.meta.correlation_id = attempt.id;
    node.attempts.emplace(node.stage->submit(std::move(proposal)), attempt);
    node.stage->settle();
  }

  void act() {
    auto& node = nodes_[below(nodes_.size())];
    auto& stage = *node.stage;
    switch (below(27)) {
      case 0:
      case 1: {
        if (clients_.size() > 40) break;
        Client client;
        client.stream = "s" + std::to_string(narrow_ ? 0 : below(2));
        client.kind = !narrow_ && chance(30) ? Client::Kind::claim : chance(45) ? Client::Kind::remove : Client::Kind::add;
        client.word = (client.kind == Client::Kind::claim ? "claimed" : "word") + std::to_string(narrow_ ? 0 : below(3));
        if (narrow_ || chance(70)) client.key = "key" + std::to_string(clients_.size());
        clients_.push_back(client);
        send(clients_.size() - 1);
        break;
      }
      case 2:
      case 3: {                           // again, with the same key, perhaps elsewhere, perhaps without waiting for the answer
        if (clients_.empty()) break;
        const std::size_t command = clients_.size() - 1 - below(std::min<std::size_t>(clients_.size(), 4));
        const auto& client = clients_[command];
        if (client.key.empty() || client.accepted || client.rejected || client.attempts > 4 || (client.waiting && chance(narrow_ ? 20 : 70))) break;
        send(command);
        break;
      }
      case 4:
      case 5:
      case 6: stage.read(1 + below(4)); break;
      case 7:
      case 8:
      case 9: network(stage, false); break;
      case 10: network(stage, true); break;
      case 11:
      case 12:
        if (!stage.loads.empty()) stage.answer_load();
        stage.settle();
        break;
      case 13:
        if (stage.ends_waiting > 0) stage.answer_end();
        stage.settle();
        break;
      case 14:
        if (!stage.reads_at_waiting.empty()) stage.answer_read_at();
        stage.settle();
        break;
      case 15: world_.history_reads(below(60)); break;
      case 16:
        if (const auto checkpoint = world_.history.checkpoint(kPartition)) stage.writer->on_history_checkpoint(*checkpoint);
        stage.settle();
        break;
      case 17: stage.pass(milliseconds(1 + below(chance(20) ? 600 : 30))); break;
      case 18:
        if (chance(30)) stage.taken = chance(50) ? log::Taken::full : log::Taken::broken;
        if (chance(70)) stage.taken = log::Taken::yes;
        world_.history.fail(chance(8) ? "away" : "");
        break;
      case 19:
        if (chance(8)) crash(node);
        if (!ghosts_.empty() && chance(30)) world_.put(ghosts_[below(ghosts_.size())]);
        break;
      case 20: hand_over(node); break;
      default:                            // most of the time all goes well for a while
        for (std::size_t n = 0; n < stage.sent().size() && chance(80); ++n) {
          if (!stage.sent()[n].stored) stage.store(n);
        }
        if (chance(70)) stage.report_all();
        stage.read();
        while (!stage.loads.empty()) stage.answer_load();
        while (!stage.reads_at_waiting.empty()) stage.answer_read_at();
        while (stage.ends_waiting > 0) stage.answer_end();
        stage.settle();
        break;
    }
  }

  // The group of writers says something, be it true or not: nobody needs it.
  void hand_over(Node& node) {
    auto& stage = *node.stage;
    const auto said = below(4);
    if (said < 2) {
      stage.writer->assume(stage.now);
    } else if (said == 2) {
      stage.writer->release(stage.now);
    } else {
      stage.writer->lose(stage.now);
    }
    stage.reachable.clear();
    for (const auto& other : nodes_) {
      if (other.stage && &other != &node && chance(70)) stage.reachable.insert(other.name);
    }
    stage.settle();
  }

  // Something becomes of one of the last sends: kind, or not.
  void network(Stage& stage, bool unkind) {
    auto& sent = stage.sent();
    if (sent.empty()) return;
    const std::size_t n = sent.size() - 1 - below(std::min<std::size_t>(sent.size(), 8));
    if (unkind) {
      if (chance(50)) {
        world_.put(sent[n].record);       // a duplicate, or stored before its fate is known
      } else if (!sent[n].reported) {
        stage.fail(n);                    // the report is an error, whatever became of it
      }
    } else if (!sent[n].stored) {
      stage.store(n);
    } else if (!sent[n].reported) {
      stage.report(n);
    }
    stage.settle();
  }

  // New answers, each judged at the moment when it is given.
  void look() {
    truth_next_ = follow(truth_, truth_next_);
    for (auto& node : nodes_) {
      for (; node.looked < node.stage->answered().size(); ++node.looked) {
        const Ticket ticket = node.stage->answered()[node.looked];
        const auto known = node.attempts.find(ticket);
        if (known != node.attempts.end()) judge(known->second, *node.stage->answer(ticket));
      }
      if (node.stage->writer->halted()) wrong("a writer halted: " + node.stage->writer->halt_reason());
    }
  }

  log::Offset follow(MemoryHistory& reader, log::Offset next) {
    const auto from = world_.log.read({{kPartition, next}});
    for (const auto& arrival : from->poll(milliseconds(0), 100'000).arrivals) {
      reader.read(arrival);
      next = arrival.offset + 1;
    }
    return next;
  }

  void judge(const Attempt& attempt, const Outcome& outcome) {
    ++answered_;
    auto& client = clients_[attempt.command];
    const bool latest = attempt.number == client.attempts;
    if (latest) client.waiting = false;
    const auto rows = truth_.rows(kPartition);
    if (const auto* accepted = std::get_if<Accepted>(&outcome)) {
      ++accepted_;
      client.accepted = true;
      const auto at = std::find_if(rows.begin(), rows.end(), [&](const HistoryRow& row) { return row.height == accepted->position.height; });
      if (at == rows.end()) return wrong("acknowledged " + attempt.id + ", which does not count");
      if (word_of(at->event) != client.word || at->event.sequence != accepted->version) wrong("acknowledged " + attempt.id + " at another's place");
    } else if (std::holds_alternative<Rejection>(outcome)) {
      ++rejected_;
      refused_.insert(attempt.id);
      if (latest) client.rejected = true;   // he gives up
      const bool so = client.kind == Client::Kind::remove || std::any_of(rows.begin(), rows.end(), [&](const HistoryRow& row) { return word_of(row.event) == client.word; });
      if (!so) wrong("refused " + attempt.id + " for a state that never was");
    } else if (std::holds_alternative<NotStored>(outcome)) {
      ++not_stored_;
      refused_.insert(attempt.id);
    }
  }

  // Faults end; everything that is under way arrives, and everybody is answered.
  void heal() {
    world_.history.fail("");
    for (auto& node : nodes_) {
      auto& stage = *node.stage;
      stage.taken = log::Taken::yes;
      stage.withhold_loads = stage.withhold_ends = stage.withhold_reads_at = false;
    }
    for (const auto& ghost : ghosts_) world_.put(ghost);
    const auto all_answered = [&] {
      return std::all_of(nodes_.begin(), nodes_.end(), [](const Node& node) {
        return node.stage->writer->ready() && node.stage->writer->idle() &&
               std::all_of(node.attempts.begin(), node.attempts.end(), [&](const auto& attempt) { return node.stage->answer(attempt.first) != nullptr; });
      });
    };
    for (int round = 0; round < 100 && problem_.empty(); ++round) {
      for (auto& node : nodes_) {
        auto& stage = *node.stage;
        stage.settle();
        for (std::size_t n = 0; n < stage.sent().size(); ++n) {
          if (!stage.sent()[n].stored) stage.store(n);
        }
        stage.report_all();
        stage.read();
        world_.history_reads();
        stage.writer->on_history_checkpoint(*world_.history.checkpoint(kPartition));
        stage.pass(milliseconds(50));
      }
      look();
      if (all_answered()) return;
    }
    wrong("not everybody was answered");
  }

  void check_end() {
    std::map<std::string, std::uint64_t> versions;
    std::set<std::string> keys, words_in, claimed;
    for (const auto& row : truth_.rows(kPartition)) {
      const auto& event = row.event;
      const std::string stream = event.stream.text();
      if (event.sequence != ++versions[stream]) wrong("a gap in the versions of " + stream);
      const std::string word = stream + " " + word_of(event);
      if (is_removal(event) ? words_in.erase(word) == 0 : !words_in.insert(word).second) wrong("an event took effect in a state that forbids it: " + word);
      if (!event.tags.empty() && !claimed.insert(word_of(event)).second) wrong("two streams claim " + word_of(event));
      if (!event.command_id.empty() && !keys.insert(event.command_id).second) wrong(event.command_id + " took effect twice");
      if (refused_.contains(event.meta.correlation_id)) wrong("attempt " + event.meta.correlation_id + " was told that nothing was stored, and it took effect");
    }
    for (const auto& client : clients_) {
      if (client.key.empty()) continue;
      const bool stored = keys.contains(client.key);
      if (client.accepted && !stored) wrong(client.key + " was acknowledged and is not in effect");
      if (client.rejected && !client.accepted && stored) wrong(client.key + " was refused to its last attempt, and took effect");
      for (auto& node : nodes_) check_inquiry(node, client.key, stored);
    }
  }

  void check_inquiry(Node& node, const std::string& key, bool stored) {
    auto& stage = *node.stage;
    stage.read();
    world_.history_reads();
    stage.writer->on_history_checkpoint(*world_.history.checkpoint(kPartition));
    const Ticket ticket = stage.inquire(inquiry(key));
    for (int round = 0; round < 20 && stage.answer(ticket) == nullptr; ++round) {
      stage.deliver_all();
      stage.pass(milliseconds(10));
    }
    if (stored ? stage.accepted(ticket) == nullptr : stage.absent(ticket) == nullptr) {
      const auto* outcome = stage.answer(ticket);
      wrong("an inquiry about " + key + (stored ? ", which is stored," : ", which is not stored,") + " was answered with " +
            (outcome == nullptr ? "nothing" : std::to_string(outcome->index())));
    }
  }

  std::mt19937 random_;
  bool narrow_ = false;                  // two writers, one word, everybody impatient: the smallest world in which answers can contradict
  World world_;
  std::vector<Node> nodes_ = [] {
    std::vector<Node> nodes;
    nodes.reserve(4);
    return nodes;
  }();
  std::vector<Client> clients_;
  std::vector<log::Record> ghosts_;
  std::set<std::string> refused_;
  MemoryHistory truth_;
  log::Offset truth_next_ = 0;
  std::string problem_;
  std::size_t answered_ = 0, accepted_ = 0, rejected_ = 0, not_stored_ = 0;
};

unsigned number_from(const char* name, unsigned otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

// PROMPTLEDGER_TEST_SEED begins elsewhere, PROMPTLEDGER_TEST_RUNS runs longer.
TEST_CASE("random runs: nothing acknowledged is lost, nothing refused takes effect, versions are gapless, everybody is answered" * doctest::test_suite("one thread")) {
  const unsigned first = number_from("PROMPTLEDGER_TEST_SEED", 1);
  const unsigned runs = number_from("PROMPTLEDGER_TEST_RUNS", 300);
  std::size_t accepted = 0, rejected = 0, not_stored = 0;
  for (unsigned seed = first; seed < first + runs; ++seed) {
    CAPTURE(seed);
    Run run(seed);
    run.play(300);
    INFO(run.problem());
    REQUIRE(run.problem().empty());
    accepted += run.accepted();
    rejected += run.rejected();
    not_stored += run.not_stored();
  }
  // The runs do go through what they are meant to.
  CHECK(accepted > runs);
  CHECK(rejected > runs);
  CHECK(not_stored > runs);
  MESSAGE(runs << " runs: " << accepted << " accepted, " << rejected << " rejected, " << not_stored << " not stored");
}

}  // namespace
}  // namespace ledger::stage
