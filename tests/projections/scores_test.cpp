#include <doctest/doctest.h>

#include <functional>
#include <map>

#include "commands/score/commands.hpp"
#include "projections/definitions/definitions.hpp"
#include "projections/definitions/queries.hpp"
#include "projections/feedback/feedback.hpp"
#include "projections/feedback/queries.hpp"
#include "tests/projections/model_fixture.hpp"
#include "tests/support/feedback_examples.hpp"

using namespace ledger;
using namespace ledger::test;
using projections::BatchOutcome;
using projections::ScoreEntry;
using projections::ScoreFilter;
using projections::ScoreKind;

namespace {

Timestamp at(std::int64_t seconds) { return Timestamp{std::chrono::seconds{1'600'000'000 + seconds}}; }

// An event a second after the one before.
template <class Event>
RecordedEvent recorded(std::string_view kind, const std::string& id, std::uint64_t sequence, const Event& event, std::int64_t& clock) {
  RecordedEvent out;
  const EncodedEvent encoded = encode(event);
  out.type = encoded.type;
  out.data = encoded.data;
  out.stream = {std::string{kind}, id};
  out.sequence = sequence;
  out.meta.event_id = id + "-" + std::to_string(sequence);
  out.meta.workspace = "w1";
  out.meta.actor = "ann";
  out.meta.correlation_id = "r";
  out.meta.occurred_at = at(++clock);
  out.partition_key = out.stream.text();
  return out;
}

struct Fixture {
  Database database;
  Chain chain;
  projections::FeedbackProjection projection;
  ByHand hand{database, chain, projection};
  pg::Pool pool{{.connection = database.settings(), .size = 2}};
  projections::FeedbackQueries queries{pool};
  std::int64_t clock = 0;

  template <class Event>
  RecordedEvent happen(std::string_view kind, const std::string& id, std::uint64_t sequence, const Event& event) {
    auto said = recorded(kind, id, sequence, event, clock);
    chain.append(said, 0, kFeedbackTopic);
    return said;
  }
  void apply() { REQUIRE(hand.catch_up() == BatchOutcome::applied); }
  std::vector<std::string> ids(const ScoreFilter& filter) {
    std::vector<std::string> out;
    for (const auto& entry : queries.scores("w1", filter, {}, 100).entries) out.push_back(entry.id);
    return out;
  }
};

using Ids = std::vector<std::string>;

score::Given on_trace(const std::string& trace, score::Type type, score::Value value) {
  return {.target = {score::TargetKind::trace, trace, "", 0}, .name = "n", .type = type, .value = std::move(value), .comment = {}, .source = score::Source::api, .user = "", .checked_by = {}};
}

}  // namespace

TEST_CASE("the model holds exactly the scores that evolve makes, of every type") {
  Fixture f;
  const std::pair<score::Type, score::Value> values[] = {{score::Type::numeric, Score{-1'500'001}},
                                                         {score::Type::boolean, false},
                                                         {score::Type::boolean, true},
                                                         {score::Type::categorical, std::string{"warm"}},
                                                         {score::Type::text, PersonalText{"Long.\n\"Very\".", {}}},
                                                         {score::Type::correction, PersonalText{"c2VhbGVk", "user-1"}}};
  std::map<std::string, score::State> expected;
  for (const auto& [type, value] : values) {
    auto given = on_trace("t", type, value);
    if (expected.size() % 2 == 0) {
      given.comment = {"why", {}};
      given.user = "u1";
      given.checked_by = score::CheckedBy{"d1", 3};
      given.target = {score::TargetKind::execution, "e1", "p1", 2};
    }
    const std::string id = "s" + std::to_string(expected.size());
    expected[id] = apply(score::State{}, f.happen(score::kStreamKind, id, 1, score::Event{given})).value();
    if (expected.size() == 3) f.apply();
  }
  f.apply();
  const auto entries = f.queries.scores("w1", {}, {}, 100).entries;
  CHECK(entries.size() == expected.size());
  for (const auto& entry : entries) {
    CHECK((entry.state == expected.at(entry.id)));
    CHECK(entry.kind == ScoreKind::score);
  }
  SUBCASE("a second event of one is parked, since scores do not change") {
    f.happen(score::kStreamKind, "s0", 2, score::Event{on_trace("t", score::Type::boolean, true)});
    f.apply();
    CHECK(f.hand.model.parked().streams == 1);
    CHECK(f.queries.scores("w1", {}, {}, 100).entries.size() == expected.size());
  }
}

TEST_CASE("feedback and judgements are scores, and what feedback said before is none any more") {
  Fixture f;
  const auto about = feedback::examples::about();
  f.happen(feedback::kStreamKind, "f1", 1, feedback::Event{feedback::Given{about, feedback::examples::full()}});
  f.happen(judge_score::kStreamKind, "j1", 1, judge_score::Event{judge_score::Given{"p1", 2, "gemini", {{"clarity", whole_score(8)}, {"tone", {7'500'000}}}}});
  f.apply();
  CHECK(f.ids({}) == Ids{"j1/tone", "j1/clarity", "f1/user_choice", "f1/thumbs", "f1/rating", "f1/judge_winner", "f1/judge_correct", "f1/comment", "f1/agent_winner"});
  const ScoreEntry tone = f.queries.scores("w1", {}, {}, 1).entries.front();
  CHECK(tone.judge == "gemini");
  CHECK(tone.stream == "j1");
  CHECK((tone.state.given.target == score::Target{score::TargetKind::version, "p1", "p1", 2}));
  f.happen(feedback::kStreamKind, "f1", 2, feedback::Event{feedback::Changed{about, feedback::examples::full(), feedback::examples::thumbs(feedback::Thumbs::down)}});
  f.apply();
  ScoreFilter of_feedback;
  of_feedback.kind = ScoreKind::feedback;
  CHECK(f.ids(of_feedback) == Ids{"f1/thumbs"});
  CHECK((f.queries.scores("w1", of_feedback, {}, 1).entries.front().state.given.value == score::Value{std::string{"down"}}));
}

TEST_CASE("scores by target, prompt, name, type, source, user, author, definition and time") {
  Fixture f;
  auto one = on_trace("t1", score::Type::numeric, whole_score(1));
  one.name = "other";
  one.user = "u1";
  f.happen(score::kStreamKind, "s1", 1, score::Event{one});
  auto two = on_trace("e1", score::Type::boolean, true);
  two.target = {score::TargetKind::execution, "e1", "p1", 2};
  two.source = score::Source::evaluator;
  two.checked_by = score::CheckedBy{"d1", 1};
  f.happen(score::kStreamKind, "s2", 1, score::Event{two});
  f.apply();
  const auto found = [&](const std::function<void(ScoreFilter&)>& set) {
    ScoreFilter filter;
    set(filter);
    return f.ids(filter);
  };
  CHECK(found([](auto& filter) { filter.target = {score::TargetKind::trace, "t1"}; }) == Ids{"s1"});
  CHECK(found([](auto& filter) { filter.target = {score::TargetKind::session, "t1"}; }).empty());
  CHECK(found([](auto& filter) { filter.prompt = "p1"; }) == Ids{"s2"});
  CHECK(found([](auto& filter) { filter.version = 2; }) == Ids{"s2"});
  CHECK(found([](auto& filter) { filter.name = "other"; }) == Ids{"s1"});
  CHECK(found([](auto& filter) { filter.type = score::Type::boolean; }) == Ids{"s2"});
  CHECK(found([](auto& filter) { filter.source = score::Source::api; }) == Ids{"s1"});
  CHECK(found([](auto& filter) { filter.user = "u1"; }) == Ids{"s1"});
  CHECK(found([](auto& filter) { filter.author = "ann"; }) == Ids{"s2", "s1"});
  CHECK(found([](auto& filter) { filter.definition = "d1"; }) == Ids{"s2"});
  CHECK(found([](auto& filter) { filter.created = {at(2), {}}; }) == Ids{"s2"});
  CHECK(f.queries.scores("w2", {}, {}, 100).entries.empty());
}

TEST_CASE("the model holds exactly the score definitions that evolve makes") {
  Database database;
  Chain chain;
  const projections::DefinitionsProjection projection;
  ByHand hand{database, chain, projection};
  pg::Pool pool{{.connection = database.settings(), .size = 2}};
  projections::DefinitionQueries queries{pool};
  std::int64_t clock = 0;
  namespace definition = score_definition;
  const definition::Rules bounded{.description = "d", .lowest = Score{-500'000}, .highest = whole_score(2), .categories = {}};
  std::map<std::string, definition::State> expected;
  const auto happen = [&](const std::string& id, const definition::Event& event) {
    auto& state = expected[id];
    const auto said = recorded(definition::kStreamKind, id, state.version + 1, event, clock);
    chain.append(said);
    state = apply(state, said).value();
  };
  happen("d1", definition::Created{"helpfulness", score::Type::numeric, bounded});
  happen("d2", definition::Created{"tone", score::Type::categorical, {.description = "", .lowest = {}, .highest = {}, .categories = {"warm", "a,b \"c\""}}});
  REQUIRE(hand.catch_up() == BatchOutcome::applied);
  happen("d1", definition::Changed{bounded, {}});
  happen("d2", definition::Deleted{"tone"});
  REQUIRE(hand.catch_up() == BatchOutcome::applied);
  for (const auto& [id, state] : expected) CHECK((queries.score_definition("w1", id)->state == state));
  CHECK(queries.score_definitions("w1", {}, {}, 10).entries.size() == 1);
  CHECK(queries.score_definitions("w1", {.deleted = true}, {}, 10).entries.front().id == "d2");
  CHECK(queries.score_definitions("w1", {.name = "helpfulness", .type = score::Type::boolean}, {}, 10).entries.empty());
  happen("d2", definition::Restored{"tone"});
  REQUIRE(hand.catch_up() == BatchOutcome::applied);
  CHECK((queries.score_definition("w1", "d2")->state == expected.at("d2")));
  CHECK_FALSE(queries.score_definition("w2", "d1").has_value());
}
