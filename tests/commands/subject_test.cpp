#include "commands/subject/commands.hpp"

#include "commands/subject/propose.hpp"
#include "tests/support/spec.hpp"

using namespace ledger;
using namespace ledger::subject;

namespace {

spec::Given<State, Event> given(const std::vector<Event>& history) { return spec::Given<State, Event>{history}; }

const KeyPrint kFirst{"key-1", std::string(64, 'a')};
const KeyPrint kSecond{"key-2", std::string(64, 'b')};

EraseContext holding(const std::vector<KeyPrint>& keys) { return {"w1", "s1", keys}; }
Erased erased(const std::vector<KeyPrint>& keys) { return {keys, receipt_of(holding(keys))}; }

}  // namespace

TEST_CASE("erasing a subject") {
  SUBCASE("names the key that it has, with a receipt") { given({}).when(Erase{}, holding({kFirst})).then(erased({kFirst})); }
  SUBCASE("that nothing was ever sealed for is refused") { given({}).when(Erase{}, holding({})).then_rejected(Code::not_found, "no text was ever sealed"); }
  SUBCASE("a second time is no event, whether the key is deleted yet or not") {
    given({erased({kFirst})}).when(Erase{}, holding({})).then_nothing();
    given({erased({kFirst})}).when(Erase{}, holding({kFirst})).then_nothing();
  }
  SUBCASE("whose text came after an erasure names the new key alone") {
    given({erased({kFirst})}).when(Erase{}, holding({kSecond})).then(erased({kSecond}));
    given({erased({kFirst})}).when(Erase{}, holding({kFirst, kSecond})).then(erased({kSecond}));
  }
}

TEST_CASE("an erasure remembers who, when, why and which keys") {
  const auto state = given({erased({kFirst}), erased({kSecond})}).state;
  REQUIRE(state.erasures.size() == 2);
  CHECK(state.workspace == "w1");
  CHECK((state.erasures[1] == Erasure{erased({kSecond}), "event-1", "ann", std::nullopt, spec::meta_at(1).occurred_at}));
  CHECK(state.has_erased("key-1"));
  CHECK_FALSE(state.has_erased("key-3"));
}

TEST_CASE("a receipt is what docs/sealed-text.md works out by hand, and another one for whatever else is erased") {
  const EraseContext example{"01a1fd47-e707-744c-8efd-e2039d46f9af", "0d489c38-3224-83ff-99c6-c0883585edbf",
                             {{"01a1fd47-e90a-7b1c-8d2e-0f1a2b3c4d5e", "yS0WHbUu-CbRCLVyq8_5ovwvES6HWu6fPfsemZXdd7A"}}};
  CHECK(receipt_of(example) == "NswnxCQSMlBKPCkgVdt0enBMNQ8EurS1Ea5UH0YanG8");
  CHECK(receipt_of(holding({kFirst})) != receipt_of(holding({kSecond})));
  CHECK(receipt_of(holding({kFirst})) != receipt_of(holding({kFirst, kSecond})));
  CHECK(receipt_of({"w1", "s2", {kFirst}}) != receipt_of({"w1", "s1", {kFirst}}));
  CHECK(receipt_of({"w2", "s1", {kFirst}}) != receipt_of({"w1", "s1", {kFirst}}));
}

TEST_CASE("erasures are decided beside the workspace's prompts") {
  Caller caller;
  caller.workspace = "w1";
  caller.actor = "ann";
  const auto proposal = propose("s1", {}, {kFirst}, caller);
  CHECK(proposal.topic == LogTopic::prompts);
  CHECK(proposal.partition_key == "ws/w1");
  CHECK(proposal.stream.text() == "subject/s1");
  REQUIRE(proposal.reads.size() == 1);
  CHECK(proposal.reads[0].name == "subject/s1");
}
