#include <doctest/doctest.h>

#include "infra/memory/memory_groups.hpp"
#include "infra/memory/memory_log.hpp"
#include "tests/support/group_witness.hpp"

using namespace ledger;
using probe::kPatience;
using probe::Partitions;
using probe::Witness;

namespace {

// What the contract cannot ask of every adapter: the orders. Four partitions, settled after every step.
class World {
 public:
  World() { REQUIRE(log_.create({.name = "t", .partitions = 4}, kPatience)); }

  std::unique_ptr<log::Membership> join(const std::string& member, Witness& witness) {
    auto membership = groups.join({.group = "g", .topics = {"t"}, .member = member, .about = ""}, witness);
    groups.settle();
    groups.settle();                         // what releases brought about
    return membership;
  }
  static Partitions some(std::initializer_list<std::int32_t> numbers) {
    Partitions partitions;
    for (const auto number : numbers) partitions.insert({"t", number});
    return partitions;
  }

 private:
  memory::MemoryLog log_;

 public:
  memory::MemoryGroups groups{log_};
};

}  // namespace

TEST_CASE("the same joins share the same partitions out") {
  World world;
  Witness a, b;
  const auto first = world.join("a", a);
  const auto second = world.join("b", b);
  CHECK(a.has() == World::some({0, 1}));
  CHECK(b.has() == World::some({2, 3}));
}

TEST_CASE("a member that expired does not know, and the others go on; woken it hears and joins again") {
  World world;
  Witness a, b;
  const auto first = world.join("a", a);
  const auto second = world.join("b", b);
  world.groups.expire("g", "a");
  CHECK(a.has() == World::some({0, 1}));
  CHECK(b.has() == World::some({0, 1, 2, 3}));
  CHECK(world.groups.members("g", kPatience)->size() == 1);

  world.groups.wake("g", "a");
  world.groups.settle();
  CHECK(a.times_lost() == 1);
  CHECK(a.has().size() == 2);
  CHECK(b.has().size() == 2);
  CHECK_THROWS_AS(world.groups.expire("g", "nobody"), std::out_of_range);
}

TEST_CASE("a release that does not come can be waited for no longer") {
  World world;
  Witness keeps{Witness::Gives::when_told};
  Witness waits;
  const auto first = world.join("a", keeps);
  const auto second = world.join("b", waits);
  CHECK(waits.has().empty());
  world.groups.wait_no_longer("g", "a");
  CHECK(waits.has() == World::some({2, 3}));
  keeps.give_back();                         // too late, and harmless
  world.groups.settle();
  CHECK(keeps.has() == World::some({0, 1}));
  CHECK(waits.has() == World::some({2, 3}));
}

TEST_CASE("who joins while the groups are away gets in when they are back") {
  World world;
  Witness a, b;
  const auto first = world.join("a", a);
  world.groups.go_away();
  const auto second = world.join("b", b);
  CHECK(b.has().empty());
  CHECK(a.has().size() == 4);
  CHECK_FALSE(world.groups.members("g", kPatience));
  world.groups.come_back();
  world.groups.settle();
  CHECK(a.has().size() == 2);
  CHECK(b.has().size() == 2);
}
