#include <doctest/doctest.h>

#include <future>

#include "app/bootstrap.hpp"
#include "app/signals.hpp"
#include "domain/access/workspace.hpp"
#include "infra/crypto/uuid.hpp"
#include "infra/memory/memory_log.hpp"

using namespace ledger;
using namespace ledger::app;

namespace {

// Knows nothing: everything there is is still in the writers' tails.
class EmptyHistory final : public History {
 public:
  Result<HistorySlice, HistoryFault> load(const HistoryQuery&, std::chrono::milliseconds) override { return HistorySlice{}; }
  Result<std::vector<Checkpoint>, HistoryFault> checkpoints(const std::vector<std::string>&, std::chrono::milliseconds) override { return std::vector<Checkpoint>{}; }
};

class World {
 public:
  World() : commands(settings(), log, history_, "test", crypto::new_uuid, [](const log::PartitionId&, const std::string&) {}) {}

  memory::MemoryLog log;

 private:
  static CommandSideSettings settings() {
    CommandSideSettings made;
    made.foundation.partitions = 1;
    made.command_deadline_ms = std::chrono::milliseconds(100);
    made.answer_grace_ms = std::chrono::milliseconds(100);
    return made;
  }

  EmptyHistory history_;

 public:
  CommandSide commands;
};

}  // namespace

TEST_CASE("whoever makes the first key is told its secret, and nobody else") {
  World world;
  REQUIRE(world.commands.start().has_value());
  const Home first = found_home(world.commands, "secret");
  REQUIRE(first.first_key.has_value());
  const Home second = found_home(world.commands, "secret");
  CHECK_FALSE(second.first_key.has_value());
  CHECK(second.workspace == first.workspace);
  CHECK(second.founded == first.founded);
}

TEST_CASE("the first key is told also when nobody knew at first whether it was stored") {
  World world;
  std::future<void> log_comes_back;
  world.commands.observe([&](const RecordedEvent& event) {
    if (event.stream.kind != workspace::kStreamKind) return;
    world.log.hold();   // the key comes next: its first try stays open
    log_comes_back = std::async(std::launch::async, [&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(600));
      world.log.release();
    });
  });
  REQUIRE(world.commands.start().has_value());
  const Home home = found_home(world.commands, "secret");
  log_comes_back.get();
  CHECK(home.first_key.has_value());
}

TEST_CASE("who is told to stop tries no longer") {
  World world;
  REQUIRE(world.commands.start().has_value());
  world.log.hold();   // nothing is stored any more
  std::stop_source stop;
  const std::jthread teller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop.request_stop();
  });
  CHECK_THROWS_AS(found_home(world.commands, "secret", stop.get_token()), ToldToStop);
}
