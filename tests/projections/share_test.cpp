#include <doctest/doctest.h>

#include "projections/share.hpp"

using namespace ledger;
using projections::Share;

namespace {

const log::PartitionId kFirst{"t", 0}, kSecond{"t", 1};
using Partitions = std::vector<log::PartitionId>;

}  // namespace

TEST_CASE("a share is given back when the work at hand is done, and at once when nobody works") {
  Share share;
  int released = 0;
  const auto release = [&] { ++released; };
  share.assigned({kFirst, kSecond});
  CHECK_FALSE(share.stands());
  CHECK(share.pick_up() == Partitions{kFirst, kSecond});
  CHECK(share.stands());

  share.revoked({kSecond}, release);
  CHECK_FALSE(share.stands());
  CHECK(share.has(kSecond));
  CHECK(released == 0);
  CHECK(share.pick_up() == Partitions{kFirst});
  CHECK(released == 1);

  share.put_down();
  CHECK(share.has(kFirst));
  share.revoked({kFirst}, release);
  CHECK(released == 2);
  CHECK_FALSE(share.has(kFirst));
  CHECK(share.counts().handed_over == 2);
  CHECK(share.counts().changes == 3);
}

TEST_CASE("what is lost is not given back any more") {
  Share share;
  bool released = false;
  share.assigned({kFirst, kSecond});
  (void)share.pick_up();
  share.revoked({kFirst}, [&] { released = true; });
  share.lost({kFirst, kSecond});
  CHECK_FALSE(share.stands());
  CHECK(share.pick_up().empty());
  CHECK_FALSE(released);
  CHECK(share.counts().lost == 2);
  CHECK(share.counts().handed_over == 0);
}

TEST_CASE("who left the group has nothing") {
  Share share;
  share.assigned({kFirst});
  (void)share.pick_up();
  share.forget();
  CHECK_FALSE(share.stands());
  CHECK(share.pick_up().empty());
}
