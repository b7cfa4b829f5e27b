#include <doctest/doctest.h>

#include <algorithm>

#include "domain/execution/codec.hpp"
#include "projections/digest.hpp"
#include "projections/executions/executions.hpp"
#include "projections/executions/queries.hpp"
#include "tests/projections/model_fixture.hpp"

using namespace ledger;
using namespace ledger::test;
using execution::Event;
using execution::State;
using execution::Status;
using projections::ExecutionFilter;

namespace {

const std::string kWorkspace = "w1";

Timestamp at(std::int64_t seconds) { return Timestamp{std::chrono::seconds{1'600'000'000 + seconds}}; }

struct Fixture {
  Database database;
  Chain chain;
  projections::ExecutionsProjection executions_model;
  ByHand hand{database, chain, executions_model};
  pg::Pool pool{{.connection = database.settings(), .size = 2}};
  projections::ExecutionQueries executions{pool};
  std::map<std::string, State> states;       // as evolve makes them
  std::int64_t clock = 0;

  void happen(const std::string& id, const Event& event, const std::string& workspace = kWorkspace, const std::string& actor = "ann") {
    const auto encoded = encode(event);
    RecordedEvent recorded;
    recorded.type = encoded.type;
    recorded.data = encoded.data;
    recorded.stream = {std::string{execution::kStreamKind}, id};
    recorded.sequence = states[id].version + 1;
    recorded.meta.event_id = id + std::to_string(recorded.sequence);
    recorded.meta.workspace = workspace;
    recorded.meta.actor = actor;
    recorded.meta.correlation_id = "r";
    recorded.meta.occurred_at = at(++clock);
    recorded.partition_key = "execution/" + id;
    chain.append(recorded, 0, kExecutionsTopic);
    recorded.meta.recorded_at = Timestamp{std::chrono::microseconds{chain.head(0, kExecutionsTopic).recorded_us}};
    states[id] = evolve(states[id], event, recorded.meta);
  }
  void apply() { REQUIRE(hand.catch_up() == projections::BatchOutcome::applied); }
  std::vector<std::string> ids(const ExecutionFilter& filter) {
    std::vector<std::string> found;
    for (const auto& entry : executions.list(kWorkspace, filter, projections::TimeOrder::newest_first, {}, 100).entries) found.push_back(entry.id);
    return found;
  }
};

using Ids = std::vector<std::string>;

execution::Request asked(const std::string& user = "u1") {
  execution::Request request;
  request.request_id = "req of " + user;
  request.prompt = "p1";
  request.version = 2;
  request.provider = "gemini";
  request.model = "flash";
  request.inputs = {R"({"a":[1,2.5]})", {}};
  request.user = user;
  return request;
}

execution::Ending answered(std::int64_t micros = 4'200) {
  execution::Ending ending;
  ending.output = {"Dear Ada", {}};
  ending.usage.tokens = {{"input", 120}, {"output", 42}};
  ending.usage.total = 162;
  ending.usage.cost = {{"output", Money{micros}}};
  ending.cost = Money{micros};
  ending.latency_ms = 840;
  return ending;
}

execution::Ending broken() {
  execution::Ending ending;
  ending.error = "quota";
  ending.latency_ms = 31;
  return ending;
}

execution::Recorded whole(const std::string& user, std::int64_t created) {
  return {.request = asked(user), .status = Status::completed, .created_at = at(created), .started_at = at(created), .completed_at = at(created + 1), .ending = answered(), .checked = {}};
}

}  // namespace

TEST_CASE("the read model holds exactly the executions that evolve makes, however the events are cut into batches") {
  for (const int batch : {1, 3, 1'000}) {
    CAPTURE(batch);
    Fixture f;
    int events = 0;
    const auto happen = [&](const std::string& id, const Event& event) {
      f.happen(id, event);
      if (++events % batch == 0) f.apply();
    };
    for (int n = 0; n < 5; ++n) {
      const std::string id = "e" + std::to_string(n);
      happen(id, execution::Requested{asked()});
      happen(id, execution::LogAppended{execution::LogLevel::info, "queued", {"{}"}});
      if (n == 0) continue;
      happen(id, execution::Started{});
      happen(id, execution::LogAppended{execution::LogLevel::warn, "é\n", {R"({"attempt":2})"}});
      if (n == 1) happen(id, execution::Completed{answered()});
      if (n == 1) happen(id, execution::Validated{{execution::Validation::passed, JsonText{R"({"x":1.5})"}}});
      if (n == 2) happen(id, execution::Failed{broken()});
      if (n == 3) happen(id, execution::Cancelled{});
    }
    happen("whole", whole("u2", 1'000));
    f.apply();
    CHECK(f.hand.model.parked().streams == 0);
    for (const auto& [id, state] : f.states) {
      CAPTURE(id);
      const auto found = f.executions.by_id(kWorkspace, id);
      REQUIRE(found.has_value());
      CHECK((found->state == state));
      const auto log = f.executions.log(kWorkspace, id, {}, 0, 100);
      CHECK(log.lines.size() == state.log_lines);
    }
    const auto lines = f.executions.log(kWorkspace, "e1", {}, 0, 100).lines;
    REQUIRE(lines.size() == 2);
    CHECK((lines[1].number == 2 && lines[1].line.message == "é\n" && lines[1].line.data.text == R"({"attempt":2})"));
  }
}

TEST_CASE("lines of a log by level, and page by page") {
  Fixture f;
  f.happen("e", execution::Requested{asked()});
  for (int n = 0; n < 5; ++n) f.happen("e", execution::LogAppended{n % 2 == 0 ? execution::LogLevel::info : execution::LogLevel::error, std::to_string(n), {"{}"}});
  f.apply();
  const auto first = f.executions.log(kWorkspace, "e", execution::LogLevel::info, 0, 2);
  REQUIRE(first.lines.size() == 2);
  CHECK(first.more);
  CHECK(first.lines[1].number == 3);
  const auto rest = f.executions.log(kWorkspace, "e", execution::LogLevel::info, 3, 2);
  CHECK((rest.lines.size() == 1 && !rest.more));
  CHECK(f.executions.log("w2", "e", {}, 0, 10).lines.empty());
}

TEST_CASE("executions are listed by what they are, newest first, within one workspace") {
  Fixture f;
  f.happen("old", whole("u1", 10));
  f.happen("young", whole("u1", 30));
  f.happen("other", whole("u2", 20));
  f.happen("failed", execution::Requested{asked("u2")});
  f.happen("failed", execution::Started{});
  f.happen("failed", execution::Failed{broken()});
  f.happen("foreign", whole("u1", 40), "w2");
  f.apply();
  CHECK((f.ids({.user = "u1"}) == Ids{"young", "old"}));
  CHECK((f.ids({.status = Status::failed}) == Ids{"failed"}));
  CHECK((f.ids({.status = Status::completed, .user = "u2"}) == Ids{"other"}));
  CHECK((f.ids({.created_from = at(20), .created_until = at(30)}) == Ids{"other"}));
  CHECK((f.ids({.prompt = "p1", .version = 2}).size() == 4));
  CHECK(f.ids({.version = 3}).empty());
  CHECK(f.ids({.model = "other"}).empty());
  CHECK((f.ids({.request_id = "req of u1"}) == Ids{"young", "old"}));
  CHECK_FALSE(f.executions.by_id(kWorkspace, "foreign").has_value());

  const auto first = f.executions.list(kWorkspace, {}, projections::TimeOrder::oldest_first, {}, 3);
  REQUIRE(first.next.has_value());
  const auto rest = f.executions.list(kWorkspace, {}, projections::TimeOrder::oldest_first, first.next, 3);
  CHECK((first.entries.size() == 3 && rest.entries.size() == 1 && !rest.next));
  CHECK(rest.entries.front().id == "young");
}

TEST_CASE("a request belongs to who recorded its first execution") {
  Fixture f;
  f.happen("first", whole("u1", 20), kWorkspace, "ann");
  // Times that somebody tells make no request his.
  f.happen("backdated", whole("u1", 10), kWorkspace, "bob");
  f.happen("foreign", whole("u1", 1), "w2", "eve");
  f.apply();
  const auto owner = f.executions.owner_of(kWorkspace, "req of u1");
  REQUIRE(owner.has_value());
  CHECK((owner->actor == "ann" && owner->execution == "first" && owner->prompt == "p1" && owner->version == 2 && owner->user == "u1"));
  CHECK_FALSE(f.executions.owner_of(kWorkspace, "nobody's").has_value());
}

// As a projection with a fault would: the rules of the decider are in the tables again.
TEST_CASE("an event that breaks a rule is parked, not shown, and other executions go on") {
  Fixture f;
  f.happen("bad", execution::Requested{asked()});
  f.happen("bad", execution::Started{});
  auto ending = answered();
  ending.cost = Money{-1};
  f.happen("bad", execution::Completed{ending});
  auto backwards = whole("u1", 10);
  backwards.completed_at = at(9);
  f.happen("backwards", backwards);
  auto pending = whole("u1", 10);
  pending.status = Status::pending;
  f.happen("begun", pending);
  f.happen("good", whole("u1", 10));
  f.apply();
  CHECK(f.hand.model.parked().streams == 3);
  CHECK(f.executions.by_id(kWorkspace, "good").has_value());
  CHECK_FALSE(f.executions.by_id(kWorkspace, "backwards").has_value());
  CHECK_FALSE(f.executions.by_id(kWorkspace, "begun").has_value());
}
