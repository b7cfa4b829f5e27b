#include "app/proof/notary.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <thread>

#include "projections/history/history.hpp"
#include "projections/proof/proof.hpp"
#include "tests/projections/model_fixture.hpp"

using namespace ledger;
using namespace ledger::test;
using namespace std::chrono_literals;

namespace {

const log::PartitionId kPrompts0{kPromptsTopic, 0};
const log::PartitionId kCheckpoints{kPromptsTopic, 1};

// A ledger in memory whose read models are kept up by hand, and whose command side is one decider.
struct World {
  Database database;
  Chain chain;
  projections::HistoryProjection history_projection;
  projections::ProofProjection proof_projection;
  ByHand history{database, chain, history_projection};
  ByHand proof{database, chain, proof_projection};
  pg::Pool pool{{.connection = database.settings()}};
  projections::ProofQueries queries{pool};
  crypto::SigningKey key = crypto::SigningKey::fresh();
  std::map<std::string, checkpoint::State> states;
  std::atomic<bool> signs{true};
  std::atomic<int> refused{0};
  std::uint64_t sequence = 0;
  std::mutex writing;

  void events(int count) {
    const std::lock_guard lock{writing};
    for (int n = 0; n < count; ++n) chain.append(note("n", ++sequence, "x"));
  }
  // Decides and appends, as the command side would.
  Outcome submit(Proposal proposal) {
    const std::lock_guard lock{writing};
    auto& state = states[proposal.stream.id];
    const auto verdict = proposal.decide({Seen{std::make_shared<const checkpoint::State>(state), state.version}});
    if (!verdict) {
      ++refused;
      return verdict.error();
    }
    RecordedEvent event;
    event.type = (*verdict)->type;
    event.data = (*verdict)->data;
    event.stream = proposal.stream;
    event.sequence = state.version + 1;
    event.meta = proposal.meta;
    event.meta.event_id = "c-" + proposal.stream.id + "-" + std::to_string(event.sequence);
    event.partition_key = proposal.partition_key;
    state = checkpoint::apply(state, event).value();
    Accepted accepted;
    accepted.position = chain.append(event, kCheckpoints.number);
    return accepted;
  }
  void catch_up() {
    const std::lock_guard lock{writing};
    while (!history.read().empty()) REQUIRE(history.catch_up() == projections::BatchOutcome::applied);
    while (!proof.read().empty()) REQUIRE(proof.catch_up() == projections::BatchOutcome::applied);
  }
  std::unique_ptr<app::Notary> notary(std::uint64_t records = 10) {
    app::NotarySettings settings;
    settings.ledger = kLedgerId;
    settings.workspace = "home";
    settings.interval_ms = 60s;
    settings.records = records;
    settings.look_every_ms = 5ms;
    settings.backoff_ms = 20ms;
    settings.batch.first_wait_ms = 5ms;
    app::NotaryPlace place{.log = chain.log, .pool = pool, .partitions = {}, .checkpoints = kCheckpoints, .signs = [this] { return signs.load(); }, .submit = [this](Proposal proposal) { return submit(std::move(proposal)); }};
    for (const auto* topic : {&kPromptsTopic, &kExecutionsTopic, &kFeedbackTopic}) {
      for (const auto number : {0, 1}) place.partitions.push_back({*topic, number});
    }
    return std::make_unique<app::Notary>(settings, std::move(place), key);
  }
};

http::WatchedPartition found(const app::Notary& notary, const log::PartitionId& partition = kPrompts0) {
  for (const auto& each : notary.status().partitions) {
    if (each.partition == partition) return each;
  }
  return {};
}

// True as soon as it is so; false when it is not in a long time.
template <class Holds>
bool soon(Holds holds) {
  const auto until = std::chrono::steady_clock::now() + 20s;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

}  // namespace

TEST_CASE("checkpoints are signed as records come, each continuing the one before, and the model is held against them") {
  World world;
  const auto notary = world.notary();
  for (std::uint64_t round = 1; round <= 3; ++round) {
    world.events(12);
    REQUIRE(soon([&] { return found(*notary).held >= 12 * round; }));
  }
  world.catch_up();
  const auto signed_so_far = world.queries.checkpoints(kPrompts0, std::nullopt, 10);
  REQUIRE(signed_so_far.size() == 3);
  for (const auto& each : signed_so_far) {
    CHECK((proof::open_checkpoint(each.note, world.key.public_key()) == proof::Checkpoint{proof::origin_of(kLedgerId, kPrompts0), each.size, each.root}));
    CHECK((world.queries.tree(kPrompts0, each.size).root() == each.root));
  }
  CHECK(world.refused == 0);
  CHECK(found(*notary).fault.empty());
  CHECK(found(*notary).model_fault.empty());
}

TEST_CASE("a partition in which nothing happens but checkpoints and barriers is not signed") {
  World world;
  const auto notary = world.notary(1);
  world.events(3);
  REQUIRE(soon([&] { return found(*notary).held >= 4; }));
  for (int n = 0; n < 5; ++n) world.chain.barrier();
  REQUIRE(soon([&] { return found(*notary).to == 9; }));
  std::this_thread::sleep_for(50ms);
  CHECK(found(*notary, kCheckpoints).held == 0);
  CHECK(found(*notary).held <= 4);
}

TEST_CASE("a notary that comes later goes on behind the last checkpoint, without reading what lies before") {
  World world;
  {
    const auto first = world.notary();
    world.events(25);
    REQUIRE(soon([&] { return found(*first).held == 26; }));
  }
  world.catch_up();
  const auto second = world.notary();
  REQUIRE(soon([&] { return found(*second).to == 26; }));
  CHECK(found(*second).from == 26);
  world.events(10);
  REQUIRE(soon([&] { return found(*second).held == 36; }));
  CHECK(world.refused == 0);
}

TEST_CASE("one who does not sign follows those who do") {
  World world;
  const auto signer = world.notary();
  World* const same = &world;
  app::NotarySettings settings;
  settings.ledger = kLedgerId;
  settings.workspace = "home";
  settings.look_every_ms = 5ms;
  settings.batch.first_wait_ms = 5ms;
  app::NotaryPlace place{.log = same->chain.log, .pool = same->pool, .partitions = {kPrompts0, kCheckpoints}, .checkpoints = kCheckpoints, .signs = [] { return false; }, .submit = {}};
  const app::Notary follower{settings, std::move(place), world.key};
  world.events(30);
  REQUIRE(soon([&] { return found(follower).held >= 10; }));
  CHECK(found(follower).fault.empty());
}

TEST_CASE("who is not the first in line signs when that one does not, only later") {
  World world;
  world.signs = false;
  const auto notary = world.notary(10);
  world.events(15);
  REQUIRE(soon([&] { return found(*notary).to == 16; }));
  std::this_thread::sleep_for(50ms);
  CHECK(found(*notary).held == 0);
  world.events(10);
  REQUIRE(soon([&] { return found(*notary).held >= 20; }));
}

TEST_CASE("a checkpoint that another key signed is told, and its partition is signed no more") {
  World world;
  const auto stranger = crypto::SigningKey::fresh();
  const auto notary = world.notary();
  world.events(3);
  const proof::Checkpoint forged{proof::origin_of(kLedgerId, kPrompts0), 2, log::Hash{}};
  RecordedEvent event = note("prompts.0", 1, "");
  const auto encoded = encode(checkpoint::Event{checkpoint::Signed{"prompts", 0, 2, log::to_text(forged.root), proof::sign(forged, stranger)}});
  event.type = encoded.type;
  event.data = encoded.data;
  event.stream.kind = checkpoint::kStreamKind;
  world.chain.append(event, kCheckpoints.number);
  REQUIRE(soon([&] { return !found(*notary).fault.empty(); }));
  CHECK(found(*notary).fault.find("not one that this key signed") != std::string::npos);
  world.events(40);
  REQUIRE(soon([&] { return found(*notary).to == 44; }));
  std::this_thread::sleep_for(50ms);
  CHECK(world.states["prompts.0"].version == 0);
}

TEST_CASE("a log that was written anew behind a checkpoint is found out, and nothing more is signed of it") {
  World world;
  {
    const auto notary = world.notary();
    world.events(25);
    REQUIRE(soon([&] { return found(*notary).held == 26; }));
  }
  // Another ledger with the same key, whose partition has other records, all of them linked; it begins with what was signed of the first.
  World other;
  other.key = world.key;
  other.events(5);
  other.chain.append(note("other", 1, "forged"));
  other.events(30);
  const auto said = world.states["prompts.0"].last;
  RecordedEvent event = note("prompts.0", 1, "");
  const auto encoded = encode(checkpoint::Event{said});
  event.type = encoded.type;
  event.data = encoded.data;
  event.stream.kind = checkpoint::kStreamKind;
  other.chain.append(event, kCheckpoints.number);
  other.signs = false;   // and the others in line have their time: 60 records
  const auto notary = other.notary(30);
  REQUIRE(soon([&] { return !found(*notary).fault.empty(); }));
  CHECK(found(*notary).fault.find("the first 26 records are not those that were signed") != std::string::npos);
  other.signs = true;
  std::this_thread::sleep_for(50ms);
  CHECK(other.states["prompts.0"].version == 0);
}

TEST_CASE("trees that were changed in PostgreSQL are told, and the log is read from its beginning instead") {
  World world;
  {
    const auto notary = world.notary();
    world.events(45);
    REQUIRE(soon([&] { return found(*notary).held == 46; }));
  }
  world.catch_up();
  world.proof.connection.script("UPDATE tile SET hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) WHERE level = 0 AND number = 1 AND topic = '" + kPromptsTopic + "' AND partition = 0");
  const auto notary = world.notary();
  REQUIRE(soon([&] { return found(*notary).to == 46; }));
  CHECK(found(*notary).from == 0);
  CHECK_FALSE(found(*notary).model_fault.empty());
  CHECK(found(*notary).fault.empty());
  world.events(10);
  REQUIRE(soon([&] { return found(*notary).held == 56; }));
}
