#include "commands/projection/commands.hpp"

#include "commands/projection/propose.hpp"
#include "tests/support/spec.hpp"

using namespace ledger;
using namespace ledger::projection;

namespace {

spec::Given<State, Event> given(const std::vector<Event>& history) { return spec::Given<State, Event>{history}; }

const Pause kPause{"prompt_catalog"};
const RequestRebuild kRequest{.rebuild = "r1", .force = false, .max_records_per_s = 0};
const RebuildRequested kRequested{"r1", false, 0};
const RebuildStarted kStarted{"r1", "node-1"};
const RebuildEnded kSwapped{.rebuild = "r1", .outcome = projection::Outcome::swapped, .records = 7, .duration_ms = 20};
const Parked kParked{{"promptledger.log.prompts", 1, 9}, "prompt/p1", 3, "there is no version 9"};

}  // namespace

TEST_CASE("pausing and resuming a projection") {
  SUBCASE("stops it") { given({}).when(kPause).then(Paused{}); }
  SUBCASE("is no event when it is so already") {
    given({Paused{}}).when(kPause).then_nothing();
    given({}).when(Resume{}).then_nothing();
  }
  SUBCASE("lets it go on") { given({Paused{}}).when(Resume{}).then(Resumed{}); }
  SUBCASE("is refused for the model that says what is paused") { given({}).when(Pause{"operations"}).then_rejected(Code::wrong_state, "cannot be paused itself"); }
  SUBCASE("is refused for the model of keys, or revoked ones would go on to open") { given({}).when(Pause{"access"}).then_rejected(Code::wrong_state, "revoked"); }
}

TEST_CASE("asking for a rebuild") {
  SUBCASE("is taken when none is under way") {
    given({}).when(kRequest).then(kRequested);
    given({kRequested, kStarted, kSwapped}).when(RequestRebuild{"r2", true, 500}).then(RebuildRequested{"r2", true, 500});
  }
  SUBCASE("is refused while one is") { given({kRequested}).when(RequestRebuild{"r2"}).then_rejected(Code::wrong_state, "under way already"); }
  SUBCASE("with less than nothing a second is refused") { given({}).when(RequestRebuild{"r1", false, -1}).then_invalid({"max_records_per_s"}); }
}

TEST_CASE("a rebuild under way") {
  SUBCASE("is begun by one process, and by another when that one died") {
    given({kRequested}).when(StartRebuild{"r1", "node-1"}).then(kStarted);
    given({kRequested, kStarted}).when(StartRebuild{"r1", "node-1"}).then_nothing();
    given({kRequested, kStarted}).when(StartRebuild{"r1", "node-2"}).then(RebuildStarted{"r1", "node-2"});
    given({kRequested}).when(StartRebuild{"r0", "node-1"}).then_rejected(Code::wrong_state);
  }
  SUBCASE("gets another speed") {
    given({kRequested}).when(ThrottleRebuild{100}).then(RebuildThrottled{"r1", 100});
    given({kRequested, RebuildThrottled{"r1", 100}}).when(ThrottleRebuild{100}).then_nothing();
    given({kRequested}).when(ThrottleRebuild{-5}).then_invalid({"max_records_per_s"});
  }
  SUBCASE("is cancelled once") {
    given({kRequested}).when(CancelRebuild{}).then(RebuildCancelled{"r1"});
    given({kRequested, RebuildCancelled{"r1"}}).when(CancelRebuild{}).then_nothing();
  }
  SUBCASE("ends once") {
    given({kRequested, kStarted}).when(EndRebuild{kSwapped}).then(kSwapped);
    given({kRequested, kStarted, kSwapped}).when(EndRebuild{kSwapped}).then_nothing();
  }
  SUBCASE("is needed for all of that") {
    given({}).when(ThrottleRebuild{100}).then_rejected(Code::wrong_state, "No rebuild");
    given({kRequested, kSwapped}).when(CancelRebuild{}).then_rejected(Code::wrong_state, "No rebuild");
  }
}

TEST_CASE("a parked stream") {
  SUBCASE("is tried again") { given({}).when(RetryParked{}, ParkedContext{kParked}).then(ParkedRetried{kParked}); }
  SUBCASE("loses the event that it waits behind, with a reason") {
    given({}).when(SkipParked{kParked.place, true}, ParkedContext{kParked}).then(ParkedSkipped{kParked});
    given({}).when(SkipParked{kParked.place, false}, ParkedContext{kParked}).then_invalid({"reason"});
  }
  SUBCASE("loses it once") { given({ParkedSkipped{kParked}}).when(SkipParked{kParked.place, true}, ParkedContext{}).then_nothing(); }
  SUBCASE("must be parked") {
    given({}).when(RetryParked{}, ParkedContext{}).then_rejected(Code::not_found);
    given({}).when(SkipParked{kParked.place, true}, ParkedContext{}).then_rejected(Code::not_found);
  }
}

TEST_CASE("what operators did is told with who, when and why") {
  const auto state = given({Paused{}, kRequested, kStarted, RebuildThrottled{"r1", 50}, RebuildCancelled{"r1"}, ParkedSkipped{kParked}}).state;
  REQUIRE(state.paused);
  CHECK(state.paused->actor == "ann");
  REQUIRE(state.open_rebuild());
  CHECK(state.rebuild->node == "node-1");
  CHECK(state.rebuild->started_at == spec::meta_at(2).occurred_at);
  CHECK(state.rebuild->request.max_records_per_s == 50);
  CHECK(state.rebuild->cancelled);
  REQUIRE(state.skipped.size() == 1);
  CHECK((state.skipped[0].parked == kParked));
  CHECK(state.version == 6);
}

TEST_CASE("operations are decided beside workspaces and keys") {
  Caller caller;
  caller.workspace = "home";
  caller.actor = "ann";
  const auto proposal = propose("history", Resume{}, caller);
  CHECK(proposal.topic == LogTopic::prompts);
  CHECK(proposal.partition_key == "access");
  CHECK(proposal.stream.text() == "projection/history");
}
