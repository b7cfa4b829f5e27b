#include <algorithm>
#include <thread>

#include "tests/contract/group_contract.hpp"

namespace ledger::contract {

namespace {

std::size_t difference(const Witness& one, const Witness& other) {
  const auto a = one.has().size();
  const auto b = other.has().size();
  return a > b ? a - b : b - a;
}

}  // namespace

TEST_CASE_TEMPLATE("the only member gets every partition", Adapter, LEDGER_GROUP_ADAPTERS) {
  GroupSubject<Adapter> subject;
  Witness witness;
  const auto membership = subject.join("a", witness);
  CHECK(eventually([&] { return witness.has() == subject.all(); }));
  CHECK(witness.consistent());
}

TEST_CASE_TEMPLATE("members share the partitions, each with one of them, and little moves", Adapter, LEDGER_GROUP_ADAPTERS) {
  GroupSubject<Adapter> subject;
  Witness a, b, c;
  const auto first = subject.join("a", a);
  REQUIRE(eventually([&] { return a.has() == subject.all(); }));
  const auto second = subject.join("b", b);
  REQUIRE(eventually([&] { return shared_out({&a, &b}, subject.all()) && a.has().size() == 3; }));
  CHECK(a.times_lost() == 0);

  const auto third = subject.join("c", c);
  REQUIRE(eventually([&] { return shared_out({&a, &b, &c}, subject.all()) && c.has().size() == 2; }));
  CHECK(difference(a, b) == 0);
  for (const auto* witness : {&a, &b, &c}) CHECK(witness->consistent());
  CHECK(a.times_assigned() == 1);        // it only gave
}

TEST_CASE_TEMPLATE("who leaves is followed by the others at once", Adapter, LEDGER_GROUP_ADAPTERS) {
  GroupSubject<Adapter> subject;
  Witness a, b;
  const auto first = subject.join("a", a);
  auto second = subject.join("b", b);
  REQUIRE(eventually([&] { return shared_out({&a, &b}, subject.all()) && b.has().size() == 3; }));
  const auto had = b.has();

  const auto began = std::chrono::steady_clock::now();
  second.reset();
  const auto left = std::chrono::steady_clock::now();
  CHECK(b.has() == had);                 // it is not told any more
  REQUIRE(eventually([&] { return a.has() == subject.all(); }));
  CHECK(left - began < 5s);
  CHECK(std::chrono::steady_clock::now() - began < 8s);   // well before its session would have ended
  CHECK(a.times_lost() == 0);
  CHECK(a.consistent());
}

TEST_CASE_TEMPLATE("a partition that is asked back stays until it is released", Adapter, LEDGER_GROUP_ADAPTERS) {
  GroupSubject<Adapter> subject;
  Witness a{Witness::Gives::when_told};
  Witness b;
  const auto first = subject.join("a", a);
  REQUIRE(eventually([&] { return a.has() == subject.all(); }));
  const auto second = subject.join("b", b);
  REQUIRE(eventually([&] { return a.times_revoked() == 1; }));
  std::this_thread::sleep_for(500ms);
  CHECK(b.has().empty());
  CHECK(a.has() == subject.all());

  a.give_back();
  CHECK(eventually([&] { return shared_out({&a, &b}, subject.all()) && b.has().size() == 3; }));
  CHECK(a.consistent());
}

TEST_CASE_TEMPLATE("who joins under a name that is taken gets what that one had", Adapter, LEDGER_GROUP_ADAPTERS) {
  GroupSubject<Adapter> subject;
  Witness a, before, after;
  const auto first = subject.join("a", a);
  const auto second = subject.join("b", before);
  REQUIRE(eventually([&] { return shared_out({&a, &before}, subject.all()) && before.has().size() == 3; }));
  const auto had = before.has();
  const auto moved = a.times_assigned() + a.times_revoked();

  const auto third = subject.join("b", after);
  REQUIRE(eventually([&] { return after.has() == had; }));
  CHECK(eventually([&] { return before.has().empty(); }));
  CHECK(before.times_lost() == 1);
  CHECK(a.times_assigned() + a.times_revoked() == moved);   // nobody else notices
  CHECK(after.consistent());
}

TEST_CASE_TEMPLATE("everybody can ask who is in a group", Adapter, LEDGER_GROUP_ADAPTERS) {
  GroupSubject<Adapter> subject;
  Witness a, b;
  const auto nobody = subject.groups.members(subject.group, kPatience);
  REQUIRE(nobody);
  CHECK(nobody->empty());

  const auto first = subject.join("a", a);
  const auto second = subject.join("b", b);
  REQUIRE(eventually([&] { return shared_out({&a, &b}, subject.all()) && b.has().size() == 3; }));
  std::vector<log::Member> members;
  REQUIRE(eventually([&] {
    auto found = subject.groups.members(subject.group, kPatience);
    if (found) members = *found;
    return members.size() == 2 && members[0].partitions.size() + members[1].partitions.size() == 6;
  }));
  std::ranges::sort(members, {}, &log::Member::member);
  CHECK(members[0].member == "a");
  CHECK(members[0].about == "about a");
  CHECK(Partitions{members[0].partitions.begin(), members[0].partitions.end()} == a.has());
  CHECK(members[1].about == "about b");
  CHECK(Partitions{members[1].partitions.begin(), members[1].partitions.end()} == b.has());
}

TEST_CASE_TEMPLATE("two groups on the same topics do not disturb each other", Adapter, LEDGER_GROUP_ADAPTERS) {
  GroupSubject<Adapter> subject;
  Witness a, other, more;
  const auto first = subject.join("a", a);
  const auto second = subject.join("a", other, ".other");
  REQUIRE(eventually([&] { return a.has() == subject.all() && other.has() == subject.all(); }));
  const auto third = subject.join("b", more, ".other");
  REQUIRE(eventually([&] { return shared_out({&other, &more}, subject.all()) && more.has().size() == 3; }));
  CHECK(a.has() == subject.all());
  CHECK(a.times_assigned() == 1);
  CHECK(a.times_revoked() == 0);
}

TEST_CASE_TEMPLATE("more members than partitions: the others wait", Adapter, LEDGER_GROUP_ADAPTERS) {
  GroupSubject<Adapter> subject{2};
  std::vector<Witness> witnesses(5);
  std::vector<const Witness*> seen;
  std::vector<std::unique_ptr<log::Membership>> memberships;
  for (std::size_t n = 0; n < witnesses.size(); ++n) {
    seen.push_back(&witnesses[n]);
    memberships.push_back(subject.join("m" + std::to_string(n), witnesses[n]));
  }
  REQUIRE(eventually([&] { return shared_out(seen, subject.all()); }));
  // Whoever has something goes, one after the other: the others take over until the last one has it all.
  while (memberships.size() > 1) {
    memberships.erase(memberships.begin());
    seen.erase(seen.begin());
    REQUIRE(eventually([&] { return shared_out(seen, subject.all()); }));
  }
}

TEST_CASE_TEMPLATE("members that come and go at once settle", Adapter, LEDGER_GROUP_ADAPTERS) {
  GroupSubject<Adapter> subject;
  Witness stays;
  const auto first = subject.join("stays", stays);
  for (int n = 0; n < 5; ++n) {
    Witness passes;
    const auto passing = subject.join("passes", passes);
    std::this_thread::sleep_for(n * 30ms);      // left behind in every phase of joining
  }
  CHECK(eventually([&] { return stays.has() == subject.all(); }));
  CHECK(stays.times_lost() == 0);
  CHECK(stays.consistent());
}

}  // namespace ledger::contract
