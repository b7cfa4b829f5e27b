#include "tests/commands/race.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "log/link.hpp"
#include "tests/commands/memory_history.hpp"
#include "tests/commands/words.hpp"

namespace ledger::stage {

using namespace words;

namespace {

constexpr std::int64_t kTickUs = 5'000;
constexpr std::int64_t kBeganUs = 1'000'000'000;
constexpr std::chrono::hours kPatient{1};

std::string name_of(std::size_t writer) { return "racer-" + std::to_string(writer); }

}  // namespace

class Race::Racer final : public Outbox {
 public:
  Racer(Race& race, std::size_t number, const WriterSettings& settings)
      : writer(settings, kPartition, name_of(number), [this] { return name_of(number_) + "-" + std::to_string(++next_event_); }, *this), race_(race), number_(number) {}

  // Inputs, each followed by what it brings about.
  void begin() {
    writer.start(std::nullopt, race_.now());
    tick();
  }
  void submit(Client& client, Proposal proposal) {
    asking_.emplace(++next_ticket_, &client);
    const auto now = race_.now().mono;
    writer.submit(next_ticket_, std::move(proposal), {now + kPatient, now + kPatient});
    writer.advance(race_.now());
  }
  void read(const log::Arrival& arrival) {
    writer.on_records({arrival}, race_.now());
    writer.advance(race_.now());
  }
  void reported(SendId id, log::Offset offset) {
    writer.on_report(id, {.offset = offset}, race_.now());
    writer.advance(race_.now());
  }

  PartitionWriter writer;
  std::int64_t up_free_us = 0;             // when the ways are free for the next record
  std::int64_t down_free_us = 0;
  std::size_t elsewhere = 0;
  std::int64_t elsewhere_until_us = -1;

 private:
  void tick() {
    writer.on_tick(race_.now());
    race_.at(race_.now_us_ + kTickUs, [this] { tick(); });
  }

  log::Taken append(const log::Record& record, SendId id) override {
    up_free_us = std::max(up_free_us + race_.way_.send_us, race_.now_us_ + race_.way_.up_us + race_.jitter());
    race_.at(up_free_us, [this, id, record] { race_.stored(number_, id, record); });
    return log::Taken::yes;
  }
  void renew_sender() override {}
  void load(HistoryQuery) override {
    race_.at(race_.now_us_ + race_.way_.up_us, [this] {
      writer.on_loaded(HistorySlice{});
      writer.advance(race_.now());
    });
  }
  void ask_end() override {
    race_.at(race_.now_us_ + race_.way_.up_us, [this] {
      writer.on_end(static_cast<log::Offset>(race_.log_.size()), race_.now());
      writer.advance(race_.now());
    });
  }
  void read_at(log::Offset offset) override { writer.on_read_at(offset, std::optional(race_.log_.at(static_cast<std::size_t>(offset))), race_.now()); }
  void answer(Ticket ticket, Outcome outcome) override {
    auto& client = *asking_.extract(ticket).mapped();
    race_.at(race_.now_us_, [this, &client, outcome = std::move(outcome)] { race_.answered(client, number_, outcome); });
  }
  bool yield_to(const std::string& winner) override {
    elsewhere = static_cast<std::size_t>(std::stoul(winner.substr(winner.rfind('-') + 1)));
    elsewhere_until_us = race_.now_us_ + 1'000'000;
    return true;
  }

  Race& race_;
  const std::size_t number_;
  std::uint64_t next_event_ = 0;
  Ticket next_ticket_ = 0;
  std::unordered_map<Ticket, Client*> asking_;
};

Race::Race(std::vector<std::size_t> clients, WriterSettings settings, unsigned seed) : random_(seed), scores_(clients.size()) {
  log_.push_back({kPartition, 0, 0, log::make_genesis({"ledger-1", kPartition, 1}, "genesis", "founder", kBeganUs)});
  settings.contention_yield_ms = std::chrono::milliseconds(1'000);
  for (std::size_t n = 0; n < clients.size(); ++n) {
    scores_[n].clients = clients[n];
    racers_.push_back(std::make_unique<Racer>(*this, n, settings));
    for (std::size_t client = 0; client < clients[n]; ++client) clients_.push_back({n, "s" + std::to_string(n) + "-" + std::to_string(client), 0, 0});
  }
}

Race::~Race() = default;

Moment Race::now() const { return {Mono{} + std::chrono::hours(1) + std::chrono::microseconds(now_us_), kBeganUs + now_us_}; }

void Race::run(std::chrono::milliseconds time) {
  for (auto& racer : racers_) {
    racer->begin();
    racer->read(log_.front());
  }
  for (auto& client : clients_) {
    at(10'000 + jitter(), [this, &client] { ask(client, client.home, true); });
  }
  const std::int64_t until = std::chrono::microseconds(time).count();
  while (!events_.empty() && events_.top().at_us < until) {
    const auto event = events_.top();
    events_.pop();
    now_us_ = event.at_us;
    event.happen();
  }
  now_us_ = until;
  for (const auto& client : clients_) scores_[client.home].longest_wait_us = std::max(scores_[client.home].longest_wait_us, now_us_ - client.asked_us);
}

void Race::stored(std::size_t writer, SendId id, log::Record record) {
  const auto offset = static_cast<log::Offset>(log_.size());
  log_.push_back({kPartition, offset, 0, std::move(record)});
  for (std::size_t n = 0; n < racers_.size(); ++n) {
    auto& racer = *racers_[n];
    racer.down_free_us = std::max(racer.down_free_us, now_us_ + way_.down_us + jitter());
    at(racer.down_free_us, [this, &racer, offset, n, writer, id] {
      if (n == writer) racer.reported(id, offset);
      racer.read(log_.at(static_cast<std::size_t>(offset)));
    });
  }
}

// A word in, a word out: streams stay short.
void Race::ask(Client& client, std::size_t writer, bool movable) {
  auto& racer = *racers_[writer];
  if (movable && now_us_ < racer.elsewhere_until_us) {
    const auto to = racer.elsewhere;
    at(now_us_ + way_.hop_us, [this, &client, to] { ask(client, to, false); });
    return;
  }
  const std::string word = "w" + std::to_string(client.done / 2);
  auto proposal = client.done % 2 == 0 ? add(client.stream, word) : remove(client.stream, word);
  proposal.meta.correlation_id = client.stream + "/" + std::to_string(client.done);
  proposal.movable = movable;
  racer.submit(client, std::move(proposal));
}

void Race::answered(Client& client, std::size_t by, const Outcome& outcome) {
  if (const auto* refused = std::get_if<NotStored>(&outcome); refused != nullptr) {
    ask(client, by, refused->why == NotStored::Why::moved);
    return;
  }
  auto& score = scores_[client.home];
  ++score.accepted;
  score.longest_wait_us = std::max(score.longest_wait_us, now_us_ - client.asked_us);
  ++client.done;
  client.asked_us = now_us_;
  ask(client, client.home, true);
}

std::size_t Race::accepted() const {
  std::size_t sum = 0;
  for (const auto& score : scores_) sum += score.accepted;
  return sum;
}

std::size_t Race::voids() const {
  log::LinkReader reader(kPartition);
  return static_cast<std::size_t>(std::ranges::count_if(log_, [&](const log::Arrival& arrival) { return std::holds_alternative<log::Void>(reader.read(arrival)); }));
}

std::size_t Race::yields() const {
  std::size_t sum = 0;
  for (const auto& racer : racers_) sum += racer->writer.stats().yields;
  return sum;
}

std::size_t Race::wrong() const {
  MemoryHistory truth;
  for (const auto& arrival : log_) truth.read(arrival);
  std::map<std::string, std::size_t> times;
  for (const auto& row : truth.rows(kPartition)) ++times[row.event.meta.correlation_id];
  std::size_t wrong = 0;
  for (const auto& client : clients_) {
    for (std::uint64_t n = 0; n < client.done; ++n) wrong += times[client.stream + "/" + std::to_string(n)] == 1 ? 0U : 1U;
  }
  return wrong;
}

double Race::fairness() const {
  std::size_t clients = 0;
  for (const auto& score : scores_) clients += score.clients;
  double worst = 1;
  for (const auto& score : scores_) {
    const double due = static_cast<double>(accepted()) * static_cast<double>(score.clients) / static_cast<double>(clients);
    worst = std::min(worst, static_cast<double>(score.accepted) / due);
  }
  return worst;
}

}  // namespace ledger::stage
