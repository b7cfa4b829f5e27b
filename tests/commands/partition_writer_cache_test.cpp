// A cache that is too small costs loads; it must never cost the answer, nor make the writer load for ever.
#include "tests/commands/stage.hpp"

namespace ledger::stage {
namespace {

using namespace words;

TEST_CASE("a cache smaller than what one command reads") {
  World world;
  WriterSettings settings;
  settings.cache_max_bytes = 1;
  Stage stage(world, settings);
  stage.make_ready();
  std::vector<Ticket> tickets;
  for (int n = 0; n < 5; ++n) tickets.push_back(stage.submit(claim_next("s" + std::to_string(n % 2))));
  stage.deliver_all();
  for (const auto ticket : tickets) CHECK((stage.accepted(ticket) != nullptr || stage.rejected(ticket) != nullptr));
  CHECK(stage.accepted(tickets[0]) != nullptr);
  CHECK(stage.loads_asked <= 10);
}

TEST_CASE("a small cache while flights are full") {
  World world;
  WriterSettings settings;
  settings.cache_max_bytes = 1;
  settings.flights_max = 1;
  Stage stage(world, settings);
  stage.make_ready();
  std::vector<Ticket> tickets;
  for (int n = 0; n < 5; ++n) tickets.push_back(stage.submit(add("s" + std::to_string(n), "a", "key" + std::to_string(n))));
  stage.deliver_all();
  for (const auto ticket : tickets) CHECK(stage.accepted(ticket) != nullptr);
  CHECK(stage.loads_asked <= 10);
}

}  // namespace
}  // namespace ledger::stage
