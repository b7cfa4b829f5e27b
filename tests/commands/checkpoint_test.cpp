#include "commands/checkpoint/propose.hpp"
#include "tests/support/spec.hpp"

using namespace ledger;
using namespace ledger::checkpoint;

namespace {

spec::Given<State, Event> given(const std::vector<Event>& history) { return spec::Given<State, Event>{history}; }

Signed of(std::uint64_t size, const std::string& root) { return {"prompts", 3, size, root, "note " + root}; }
Sign sign(const Signed& checkpoint, const Signed& continues = {}) { return {continues.size, continues.root, checkpoint}; }

}  // namespace

TEST_CASE("signing a checkpoint") {
  const auto first = of(10, "a");
  const auto second = of(20, "b");
  SUBCASE("of a partition that has none begins with any size") { given({}).when(sign(first), kSigner).then(first); }
  SUBCASE("continues the last one") { given({first}).when(sign(second, first), kSigner).then(second); }
  SUBCASE("that is signed already is no event") { given({first}).when(sign(first), kSigner).then_nothing(); }
  SUBCASE("is the ledger's alone") { given({}).when(sign(first), "api-key/somebody").then_rejected(Code::forbidden, "only the ledger"); }
  SUBCASE("of fewer records, or of as many with another root, is refused") {
    given({second}).when(sign(first, second), kSigner).then_rejected(Code::wrong_state, "a checkpoint is of more");
    given({second}).when(sign(of(20, "c"), second), kSigner).then_rejected(Code::wrong_state, "a checkpoint is of more");
  }
  SUBCASE("by who does not know the last one is refused") {
    given({first}).when(sign(second), kSigner).then_rejected(Code::wrong_state, "the last is another");
    given({first}).when(sign(second, of(10, "c")), kSigner).then_rejected(Code::wrong_state, "the last is another");
    given({}).when(sign(second, first), kSigner).then_rejected(Code::wrong_state, "the last is another");
  }
}

TEST_CASE("checkpoints are decided on one head, apart from what they are of") {
  Caller caller;
  caller.workspace = "home";
  caller.actor = kSigner;
  const auto proposal = propose(sign(of(10, "a")), caller);
  CHECK(proposal.topic == LogTopic::prompts);
  CHECK(proposal.partition_key == "checkpoints");
  CHECK(proposal.stream.text() == "checkpoint/prompts.3");
}
