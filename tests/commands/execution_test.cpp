#include "commands/execution/commands.hpp"

#include "commands/execution/propose.hpp"
#include "domain/execution/codec.hpp"
#include "tests/support/spec.hpp"

using namespace ledger;
using namespace ledger::execution;
using std::chrono::microseconds;
using std::chrono::milliseconds;

namespace {

const RecordContext kKnown{.prompt_exists = true, .version_exists = true};
// After every event of a Given.
const Timestamp kNow = spec::meta_at(60).occurred_at;

Request asked() {
  return {.request_id = "r1", .prompt = "p1", .version = 3, .label = "", .ab_test = "", .priority = Priority::normal, .provider = "gemini", .model = "gemini-2.5-flash",
          .inputs = {R"({"a":1})", {}}, .context = {"{}"}, .user = "u1", .session = "", .trace_id = "", .edge_function_id = ""};
}

Ending answered() {
  Ending ending;
  ending.output = {"Dear Ada", {}};
  ending.usage.tokens = {{"input", 120}, {"output", 42}};
  ending.usage.total = 162;
  ending.cost = Money{4'200};
  ending.latency_ms = 840;
  return ending;
}

Ending broken() {
  Ending ending;
  ending.error = "quota";
  ending.latency_ms = 5;
  return ending;
}

Record completed() {
  Record command;
  command.request = asked();
  command.status = Status::completed;
  command.created_at = kNow - std::chrono::seconds(2);
  command.started_at = kNow - std::chrono::seconds(1);
  command.completed_at = kNow;
  command.ending = answered();
  return command;
}

Record pending() {
  Record command;
  command.request = asked();
  command.status = Status::pending;
  return command;
}

spec::Given<State, Event> given(const std::vector<Event>& history) { return spec::Given<State, Event>{history}; }

Event recorded(const Record& command) {
  return Recorded{.request = command.request,
                  .status = command.status,
                  .created_at = *command.created_at,
                  .started_at = command.started_at,
                  .completed_at = command.completed_at,
                  .ending = command.ending,
                  .checked = command.checked};
}

const Event kRequested = Requested{asked()};

}  // namespace

TEST_CASE("recording an execution that ran elsewhere") {
  SUBCASE("keeps all of it in one fact") { given({}).when(completed(), kKnown, kNow).then(recorded(completed())); }
  SUBCASE("works out the total of its tokens and the latency, in whole milliseconds, at least one") {
    Record command = completed();
    command.ending.usage.total = 0;
    command.ending.latency_ms.reset();
    command.started_at = kNow - microseconds(2'001);
    Record told = command;
    told.ending.usage.total = 162;
    told.ending.latency_ms = 3;
    given({}).when(command, kKnown, kNow).then(recorded(told));
    command.started_at = told.started_at = kNow;
    told.ending.latency_ms = 1;
    given({}).when(command, kKnown, kNow).then(recorded(told));
  }
  SUBCASE("that is still pending requests it") { given({}).when(pending(), kKnown, kNow).then(kRequested); }
  SUBCASE("that is running has a start and no end") {
    Record command = pending();
    command.status = Status::running;
    command.created_at = command.started_at = kNow;
    given({}).when(command, kKnown, kNow).then(recorded(command));
  }
  SUBCASE("a second time, word for word, is no event") {
    given({recorded(completed())}).when(completed(), kKnown, kNow).then_nothing();
    Record untimed = completed();
    untimed.created_at.reset();
    given({recorded(completed())}).when(untimed, kKnown, kNow + milliseconds(5)).then_nothing();
    given({kRequested, Started{}}).when(pending(), kKnown, kNow).then_nothing();
  }
  SUBCASE("under an id that another one has is refused") {
    Record other = completed();
    other.ending.cost = Money{4'201};
    given({recorded(completed())}).when(other, kKnown, kNow).then_rejected(Code::already_exists);
    Record of_another = pending();
    of_another.request.user = "u2";
    given({kRequested}).when(of_another, kKnown, kNow).then_rejected(Code::already_exists);
  }
  SUBCASE("of a prompt or version that there is not is refused") {
    given({}).when(completed(), RecordContext{}, kNow).then_invalid({"prompt_id"});
    given({}).when(completed(), RecordContext{.prompt_exists = true}, kNow).then_invalid({"version"});
  }
}

TEST_CASE("the rules of time") {
  struct Case {
    Status status;
    bool start, end;
    std::vector<std::string> wrong;
  };
  const Case cases[] = {
      {Status::pending, true, true, {"started_at", "completed_at"}}, {Status::running, false, true, {"started_at", "completed_at"}},
      {Status::running, true, true, {"completed_at"}},              {Status::completed, false, false, {"started_at", "completed_at"}},
      {Status::completed, true, false, {"completed_at"}},           {Status::failed, false, true, {"started_at"}},
      {Status::cancelled, true, false, {"completed_at"}},
  };
  for (const auto& c : cases) {
    CAPTURE(to_text(c.status));
    Record command = pending();
    command.status = c.status;
    if (c.status == Status::failed) command.ending.error = "quota";
    if (c.start) command.started_at = kNow;
    if (c.end) command.completed_at = kNow;
    given({}).when(command, kKnown, kNow).then_invalid(c.wrong);
  }
  Record command = completed();
  std::swap(command.started_at, command.completed_at);
  given({}).when(command, kKnown, kNow).then_invalid({"completed_at"});
  command = completed();
  command.created_at = kNow;
  given({}).when(command, kKnown, kNow).then_invalid({"started_at"});
}

TEST_CASE("bad fields of an execution are all told at once") {
  Record command = completed();
  command.request.model = "";
  command.request.user = std::string(129, 'u');
  command.request.inputs.text = "[]";
  command.request.context.text = "1";
  command.ending.cost = Money{-1};
  command.ending.latency_ms = 0;
  command.ending.usage.tokens = {{"Input", 1}, {"output", 7}};
  command.ending.usage.total = 6;
  command.ending.error = "but it did not fail";
  given({}).when(command, kKnown, kNow).then_invalid({"model", "user", "inputs", "context", "token_usage.Input", "token_usage.total", "cost_usd", "latency_ms", "error"});

  Record early = pending();
  early.ending = answered();
  early.checked.status = Validation::passed;
  given({}).when(early, kKnown, kNow).then_invalid({"output", "token_usage", "cost_usd", "latency_ms", "validation_status"});

  Record silent = completed();
  silent.status = Status::failed;
  given({}).when(silent, kKnown, kNow).then_invalid({"error"});
}

TEST_CASE("driving an execution") {
  SUBCASE("from pending to completed") {
    given({kRequested}).when(Start{}, kNow).then(Started{});
    given({kRequested, Started{}}).when(Start{}, kNow).then_nothing();
    given({kRequested, Started{}}).when(Complete{answered()}, kNow).then(Completed{answered()});
    const State state = given({kRequested, Started{}, Completed{answered()}}).state;
    CHECK((state.status == Status::completed));
    CHECK((state.started_at == spec::meta_at(1).occurred_at));
    CHECK((state.completed_at == spec::meta_at(2).occurred_at));
    CHECK((state.ending == answered()));
  }
  SUBCASE("to its failure") { given({kRequested, Started{}}).when(Fail{broken()}, kNow).then(Failed{broken()}); }
  SUBCASE("the latency is the time since its start when nobody says another") {
    Ending ending = answered();
    ending.latency_ms.reset();
    Ending told = answered();
    told.latency_ms = 250;
    given({kRequested, Started{}}).when(Complete{ending}, spec::meta_at(1).occurred_at + milliseconds(250)).then(Completed{told});
  }
  SUBCASE("cancelled, before it starts or while it runs") {
    given({kRequested}).when(Cancel{}, kNow).then(Cancelled{});
    given({kRequested, Started{}}).when(Cancel{}, kNow).then(Cancelled{});
    given({kRequested, Cancelled{}}).when(Cancel{}, kNow).then_nothing();
    const State state = given({kRequested, Cancelled{}}).state;
    CHECK((state.started_at == state.completed_at));
  }
  SUBCASE("not in any other order: the refusal names the state") {
    given({kRequested}).when(Complete{answered()}, kNow).then_rejected(Code::wrong_state, "is pending");
    given({kRequested}).when(Fail{broken()}, kNow).then_rejected(Code::wrong_state, "is pending");
    given({kRequested, Started{}, Completed{answered()}}).when(Complete{answered()}, kNow).then_rejected(Code::wrong_state, "is completed");
    given({kRequested, Started{}, Failed{broken()}}).when(Complete{answered()}, kNow).then_rejected(Code::wrong_state, "is failed");
    given({kRequested, Cancelled{}}).when(Start{}, kNow).then_rejected(Code::wrong_state, "is cancelled");
    given({kRequested, Cancelled{}}).when(Complete{answered()}, kNow).then_rejected(Code::wrong_state, "is cancelled");
    given({recorded(completed())}).when(Cancel{}, kNow).then_rejected(Code::wrong_state, "is completed");
    given({kRequested}).when(Validate{{Validation::passed, {}}}, kNow).then_rejected(Code::wrong_state, "is pending");
  }
  SUBCASE("not against time") {
    const Timestamp early = spec::meta_at(0).occurred_at - microseconds(1);
    given({kRequested}).when(Start{}, early).then_invalid({"occurred_at"});
    given({kRequested}).when(Cancel{}, early).then_invalid({"occurred_at"});
    given({kRequested, Started{}}).when(Complete{answered()}, early).then_invalid({"occurred_at"});
  }
  SUBCASE("that is not there") {
    given({}).when(Start{}, kNow).then_rejected(Code::not_found);
    given({}).when(Complete{answered()}, kNow).then_rejected(Code::not_found);
    given({}).when(Fail{broken()}, kNow).then_rejected(Code::not_found);
    given({}).when(Cancel{}, kNow).then_rejected(Code::not_found);
    given({}).when(Validate{}, kNow).then_rejected(Code::not_found);
    given({}).when(AppendLog{.message = "x"}, kNow).then_rejected(Code::not_found);
  }
}

TEST_CASE("validating a completed execution") {
  const std::vector<Event> history{kRequested, Started{}, Completed{answered()}};
  const Checked passed{Validation::passed, JsonText{R"({"greeting":"Dear Ada"})"}};
  given(history).when(Validate{passed}, kNow).then(Validated{passed});
  auto again = history;
  again.emplace_back(Validated{passed});
  given(again).when(Validate{passed}, kNow).then_nothing();
  given(again).when(Validate{{Validation::failed, {}}}, kNow).then(Validated{{Validation::failed, {}}});
  given(history).when(Validate{{Validation::skipped, JsonText{"1"}}}, kNow).then_invalid({"validated_output"});
}

TEST_CASE("an execution's log") {
  given({kRequested}).when(AppendLog{LogLevel::warn, "retrying", {R"({"attempt":2})"}}, kNow).then(LogAppended{LogLevel::warn, "retrying", {R"({"attempt":2})"}});
  given({kRequested}).when(AppendLog{LogLevel::info, "", {"[]"}}, kNow).then_invalid({"message", "data"});
  CHECK(given({kRequested, LogAppended{LogLevel::info, "a", {}}, LogAppended{LogLevel::info, "b", {}}}).state.log_lines == 2);
}

TEST_CASE("an execution of another workspace is not there, and its id is taken") {
  Caller caller;
  caller.workspace = "w2";
  caller.actor = "bob";
  const Seen seen{std::make_shared<const State>(given({kRequested}).state), 1};   // of w1
  const auto started = propose("e1", Start{}, caller, kNow).decide({seen});
  REQUIRE_FALSE(started.has_value());
  CHECK((started.error().code == Code::not_found));
  const auto again = propose("e1", pending(), kKnown, caller, kNow).decide({seen});
  REQUIRE_FALSE(again.has_value());
  CHECK((again.error().code == Code::already_exists));
}

TEST_CASE("an event of an execution says when it happened") {
  Caller caller;
  caller.workspace = "w1";
  caller.actor = "ann";
  const auto draft = [](const Proposal& proposal, const State& state) {
    const auto verdict = proposal.decide({Seen{std::make_shared<const State>(state), state.version}});
    REQUIRE(verdict.has_value());
    REQUIRE(verdict->has_value());
    return **verdict;
  };
  const Timestamp later = kNow + std::chrono::hours(1);
  SUBCASE("a whole one when it ended, not when it was told") {
    const Proposal proposal = propose("e1", completed(), kKnown, caller, later);
    CHECK((proposal.topic == LogTopic::executions));
    CHECK(proposal.partition_key == "execution/e1");
    CHECK(proposal.stream.text() == "execution/e1");
    CHECK((draft(proposal, {}).occurred_at == kNow));
  }
  SUBCASE("any other when the caller says, or else now") {
    const State requested = given({kRequested}).state;
    CHECK((draft(propose("e1", Start{}, caller, later), requested).occurred_at == later));
    caller.occurred_at = kNow;
    CHECK((draft(propose("e1", Start{}, caller, later), requested).occurred_at == kNow));
  }
  SUBCASE("nobody said when, and this node's clock is behind: not before what has happened") {
    const State running = given({kRequested, Started{}}).state;
    CHECK((draft(propose("e1", Cancel{}, caller, spec::meta_at(0).occurred_at), running).occurred_at == spec::meta_at(1).occurred_at));
  }
  SUBCASE("and without a request id it has its own") {
    Record unnamed = pending();
    unnamed.request.request_id = "";
    const Draft made = draft(propose("e1", unnamed, kKnown, caller, later), {});
    CHECK(made.type == "promptledger.execution.requested.v1");
    CHECK(made.data.find(R"("request_id":"e1")") != std::string::npos);
  }
}

TEST_CASE("what belongs to a subject is stored sealed or not at all") {
  Record command = completed();
  command.request.inputs = {"sealed inputs", "s1"};
  command.ending.output = {"sealed output", "s1"};
  given({}).when(command, kKnown, kNow).then(recorded(command));
  given({recorded(command)}).when(command, kKnown, kNow).then_nothing();
  SUBCASE("an output that nobody sealed, or for somebody else, is refused") {
    for (const PersonalText& output : {PersonalText{"Dear Ada", {}}, PersonalText{"sealed output", "s2"}}) {
      Record wrong = command;
      wrong.ending.output = output;
      given({}).when(wrong, kKnown, kNow).then_invalid({"output"});
    }
  }
  SUBCASE("what was read from an output cannot be sealed and so is refused") {
    Record wrong = command;
    wrong.checked = {Validation::passed, JsonText{"[1]"}};
    given({}).when(wrong, kKnown, kNow).then_invalid({"validated_output"});
    given({recorded(command)}).when(Validate{wrong.checked}, kNow).then_invalid({"validated_output"});
    given({recorded(command)}).when(Validate{{Validation::passed, {}}}, kNow).then(Validated{{Validation::passed, {}}});
  }
}

TEST_CASE("the output of an execution whose inputs are sealed is sealed for the same subject") {
  Request request = asked();
  request.inputs = {"sealed inputs", "s1"};
  const std::vector<Event> running = {Requested{request}, Started{}};
  const auto ending = [](Ending with, const PersonalText& output) {
    with.output = output;
    return with;
  };
  const PersonalText sealed{"sealed output", "s1"}, plain{"Dear Ada", {}}, others{"sealed output", "s2"};
  given(running).when(Complete{ending(answered(), sealed)}, kNow).then(Completed{ending(answered(), sealed)});
  given(running).when(Fail{ending(broken(), sealed)}, kNow).then(Failed{ending(broken(), sealed)});
  given(running).when(Complete{ending(answered(), {})}, kNow).then(Completed{ending(answered(), {})});
  for (const PersonalText& output : {plain, others}) {
    given(running).when(Complete{ending(answered(), output)}, kNow).then_invalid({"output"});
    given(running).when(Fail{ending(broken(), output)}, kNow).then_invalid({"output"});
  }
}
