#include <doctest/doctest.h>

#include <functional>
#include <optional>

#include "projections/feedback/feedback.hpp"
#include "projections/feedback/queries.hpp"
#include "tests/projections/model_fixture.hpp"
#include "tests/support/random_feedback.hpp"

using namespace ledger;
using namespace ledger::test;
using namespace ledger::feedback;
using projections::BatchOutcome;
using projections::FeedbackFilter;
using projections::SecurityScanFilter;

namespace {

Timestamp at(std::int64_t seconds) { return Timestamp{std::chrono::seconds{1'600'000'000 + seconds}}; }

struct Fixture {
  Database database;
  Chain chain;
  projections::FeedbackProjection model;
  ByHand hand{database, chain, model};
  pg::Pool pool{{.connection = database.settings(), .size = 2}};
  projections::FeedbackQueries queries{pool};
  std::int64_t clock = 0;
  std::string workspace = "w1";

  // Happens a second after what happened before.
  template <class E>
  void happen(std::string_view kind, const std::string& id, std::uint64_t sequence, const E& event) {
    RecordedEvent recorded;
    const EncodedEvent encoded = encode(event);
    recorded.type = encoded.type;
    recorded.data = encoded.data;
    recorded.stream = {std::string{kind}, id};
    recorded.sequence = sequence;
    recorded.meta.event_id = id + "-" + std::to_string(sequence);
    recorded.meta.workspace = workspace;
    recorded.meta.actor = "ann";
    recorded.meta.correlation_id = "r";
    recorded.meta.occurred_at = at(++clock);
    recorded.partition_key = recorded.stream.text();
    chain.append(recorded, 0, kFeedbackTopic);
  }
  void give(const std::string& request, const std::string& user, const Opinion& opinion,
            const std::string& prompt = "p1") {
    auto about = examples::about(request, user);
    about.prompt = prompt;
    happen(feedback::kStreamKind, workspace + request, 1, Event{Given{about, opinion}});
  }
  void score(const std::string& id, prompt::VersionNumber version, const std::string& judge,
             const judge_score::Scores& scores, const std::string& prompt = "p1") {
    happen(judge_score::kStreamKind, id, 1, judge_score::Event{judge_score::Given{prompt, version, judge, scores}});
  }
  void scan(const std::string& id, std::int64_t risk, const std::string& user, const std::string& label = "safe") {
    const security_scan::Recorded recorded{{"text", {}}, {risk}, label, user};
    happen(security_scan::kStreamKind, id, 1, security_scan::Event{recorded});
  }
  void apply() { REQUIRE(hand.catch_up() == BatchOutcome::applied); }

  std::vector<std::string> requests(const FeedbackFilter& filter) {
    std::vector<std::string> out;
    for (const auto& entry : queries.feedback(workspace, filter, {}, 100).entries)
      out.push_back(entry.state.about.request_id);
    return out;
  }
  std::vector<std::string> scans(const SecurityScanFilter& filter) {
    std::vector<std::string> out;
    for (const auto& entry : queries.security_scans(workspace, filter, {}, 100).entries) out.push_back(entry.id);
    return out;
  }
};

Opinion won_by(Agent agent) {
  Opinion opinion;
  opinion.agent_winner = agent;
  return opinion;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("the model holds exactly the states that evolve makes, however the events are cut into batches") {
  Fixture f;
  RandomFeedback said;
  std::size_t written = 0;
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    said.take(seed);
    for (; written < said.log().size(); ++written) f.chain.append(said.log()[written], 0, kFeedbackTopic);
    if (seed % (1 + seed % 60) == 0) f.apply();
  }
  f.apply();
  CHECK(f.hand.model.parked().streams == 0);
  const auto feedback = f.queries.feedback("w1", {}, {}, 1'000).entries;
  CHECK(feedback.size() == said.feedback().size());
  for (const auto& entry : feedback) CHECK((entry.state == said.feedback().at(entry.id)));
  std::size_t scores = 0;
  for (const prompt::VersionNumber version : {1U, 2U, 3U}) {
    for (const auto& entry : f.queries.judge_scores("w1", {"p1", version, {}}, {}, 1'000).entries) {
      CHECK((entry.state == said.scores().at(entry.id)));
      ++scores;
    }
  }
  CHECK(scores == said.scores().size());
  const auto scans = f.queries.security_scans("w1", {}, {}, 1'000).entries;
  CHECK(scans.size() == said.scans().size());
  for (const auto& entry : scans) CHECK((entry.state == said.scans().at(entry.id)));
  CHECK(scores > 50);
  CHECK(scans.size() > 50);
}

TEST_CASE("feedback by request, user, prompt and time, newest first and page by page") {
  Fixture f;
  f.give("r1", "u1", examples::full());
  f.give("r2", "u2", examples::thumbs(Thumbs::up));
  f.give("r3", "u1", examples::thumbs(Thumbs::down), "p2");
  f.workspace = "w2";
  f.give("r1", "u1", examples::thumbs(Thumbs::down));
  f.workspace = "w1";
  f.apply();
  CHECK(f.requests({}) == Ids{"r3", "r2", "r1"});
  CHECK(f.requests({.request_id = "r2", .user = {}, .prompt = {}, .created = {}}) == Ids{"r2"});
  CHECK(f.requests({.request_id = {}, .user = "u1", .prompt = {}, .created = {}}) == Ids{"r3", "r1"});
  CHECK(f.requests({.request_id = {}, .user = {}, .prompt = "p1", .created = {}}) == Ids{"r2", "r1"});
  CHECK(f.requests({.request_id = {}, .user = {}, .prompt = {}, .created = {at(2), at(3)}}) == Ids{"r2"});
  CHECK(f.requests({.request_id = "r9", .user = {}, .prompt = {}, .created = {}}).empty());
  CHECK(f.queries.feedback("w2", {}, {}, 10).entries.size() == 1);

  Ids paged;
  std::optional<projections::TimeMark> mark;
  do {
    const auto page = f.queries.feedback("w1", {}, mark, 1);
    REQUIRE(page.entries.size() == 1);
    paged.push_back(page.entries[0].state.about.request_id);
    mark = page.next;
  } while (mark);
  CHECK(paged == Ids{"r3", "r2", "r1"});

  SUBCASE("what was changed shows what it is now, in its old place") {
    auto now = examples::full();
    now.judge_winner = Agent::syntax;
    f.happen(feedback::kStreamKind, "w1r1", 2, Event{Changed{examples::about("r1", "u1"), examples::full(), now}});
    f.apply();
    CHECK(f.requests({}) == Ids{"r3", "r2", "r1"});
    const FeedbackFilter first{.request_id = "r1", .user = {}, .prompt = {}, .created = {}};
    const auto entry = f.queries.feedback("w1", first, {}, 1).entries.at(0);
    CHECK((entry.state.opinion == now));
    CHECK(entry.state.version == 2);
    CHECK((entry.state.created_at == at(1)));
    CHECK((entry.state.updated_at == at(5)));
    CHECK(f.hand.connection.query("SELECT judge_correct FROM feedback WHERE id = 'w1r1'")[0].flag(0));
  }
}

TEST_CASE("the effectiveness of agents is counted by hand and by the model alike") {
  // Ten feedbacks: syntax won 5, structure 3, domain 2.
  Fixture f;
  const Agent won[] = {Agent::syntax, Agent::structure, Agent::syntax,    Agent::domain, Agent::syntax,
                       Agent::syntax, Agent::structure, Agent::structure, Agent::domain, Agent::syntax};
  for (std::size_t i = 0; i < std::size(won); ++i) f.give("r" + std::to_string(i), i < 4 ? "u1" : "u2", won_by(won[i]));
  // These name no winner, or are another workspace's.
  f.give("r10", "u1", examples::thumbs(Thumbs::up));
  f.workspace = "w2";
  f.give("r0", "u1", won_by(Agent::domain));
  f.apply();
  using Wins = projections::AgentWins;
  CHECK((f.queries.agent_wins("w1", {}) == Wins{{Agent::syntax, 5}, {Agent::structure, 3}, {Agent::domain, 2}}));
  CHECK((f.queries.agent_wins("w1", "u1") == Wins{{Agent::syntax, 2}, {Agent::structure, 1}, {Agent::domain, 1}}));
  CHECK((f.queries.agent_wins("w1", "u2") == Wins{{Agent::syntax, 3}, {Agent::structure, 2}, {Agent::domain, 1}}));
  CHECK(f.queries.agent_wins("w1", "u3").empty());
  // A changed mind counts once, for what it is now.
  f.workspace = "w1";
  f.happen(feedback::kStreamKind, "w1r0", 2,
           Event{Changed{examples::about("r0", "u1"), won_by(Agent::syntax), won_by(Agent::domain)}});
  f.happen(feedback::kStreamKind, "w1r1", 2, Event{Changed{examples::about("r1", "u1"), won_by(Agent::structure), {}}});
  f.apply();
  CHECK((f.queries.agent_wins("w1", {}) == Wins{{Agent::syntax, 4}, {Agent::structure, 2}, {Agent::domain, 3}}));
}

TEST_CASE("the best head is the version whose dimensions judges score highest on average") {
  Fixture f;
  f.score("s1", 1, "a", {{"clarity", whole_score(6)}, {"specificity", whole_score(8)}});
  f.score("s2", 1, "b", {{"clarity", whole_score(9)}});
  f.score("s3", 2, "a", {{"clarity", whole_score(7)}, {"specificity", whole_score(9)}});
  f.score("s4", 3, "b", {{"clarity", whole_score(10)}, {"specificity", whole_score(1)}});
  f.score("s5", 1, "a", {{"clarity", whole_score(10)}}, "p2");
  f.apply();
  const auto heads = f.queries.heads("w1", "p1", {}, {});
  REQUIRE(heads.size() == 3);
  // Version 1: clarity (6 + 9) / 2 = 7.5, specificity 8; together 7.75. Version 2: 7 and 9. Version 3: 10 and 1.
  const auto once = [](const char* dimension, std::int64_t score) {
    return projections::DimensionNumbers{dimension, 1, whole_score(score), whole_score(score), whole_score(score)};
  };
  CHECK((heads[0] == projections::Head{2, whole_score(8), {once("clarity", 7), once("specificity", 9)}}));
  CHECK((heads[1] == projections::Head{1,
                                       {7'750'000},
                                       {{"clarity", 2, {7'500'000}, whole_score(6), whole_score(9)},
                                        once("specificity", 8)}}));
  CHECK(heads[2].version == 3);
  CHECK((heads[2].score == Score{5'500'000}));

  CHECK(f.queries.heads("w1", "p1", "clarity", {})[0].version == 3);
  CHECK(f.queries.heads("w1", "p1", "specificity", {})[0].version == 2);
  const auto by_b = f.queries.heads("w1", "p1", {}, "b");
  REQUIRE(by_b.size() == 2);
  CHECK(by_b[0].version == 1);
  CHECK(f.queries.heads("w1", "p1", "tone", {}).empty());
  CHECK(f.queries.heads("w2", "p1", {}, {}).empty());

  // Of equal ones the later; thirds are rounded to the sixth place.
  f.score("s6", 4, "a", {{"clarity", whole_score(8)}});
  f.score("s7", 5, "a", {{"clarity", whole_score(1)}});
  f.score("s8", 5, "a", {{"clarity", whole_score(1)}});
  f.score("s9", 5, "a", {{"clarity", whole_score(0)}});
  f.apply();
  const auto more = f.queries.heads("w1", "p1", {}, {});
  CHECK(more[0].version == 4);
  CHECK(more[1].version == 2);
  CHECK((more.back().score == Score{666'667}));
}

TEST_CASE("scores of a version, newest first, of one judge or all") {
  Fixture f;
  f.score("s1", 1, "a", {{"clarity", {1}}});
  f.score("s2", 1, "b", {{"clarity", {2}}, {"a", {3}}});
  f.score("s3", 2, "a", {{"clarity", {4}}});
  f.apply();
  const auto all = f.queries.judge_scores("w1", {"p1", 1, {}}, {}, 10);
  REQUIRE(all.entries.size() == 2);
  CHECK(all.entries[0].id == "s2");
  CHECK((all.entries[0].state.given.scores == judge_score::Scores{{"a", {3}}, {"clarity", {2}}}));
  CHECK_FALSE(all.next.has_value());
  CHECK(f.queries.judge_scores("w1", {"p1", 1, "a"}, {}, 10).entries.at(0).id == "s1");
  const auto first = f.queries.judge_scores("w1", {"p1", 1, {}}, {}, 1);
  CHECK(f.queries.judge_scores("w1", {"p1", 1, {}}, first.next, 1).entries.at(0).id == "s1");
  CHECK(f.queries.judge_scores("w2", {"p1", 1, {}}, {}, 10).entries.empty());
}

TEST_CASE("scans by user, label, risk and time") {
  Fixture f;
  f.scan("x1", 930'000, "u1", "prompt_injection");
  f.scan("x2", 100'000, "u1");
  f.scan("x3", 0, "u2");
  f.scan("x4", 1'000'000, "", "prompt_injection");
  f.apply();
  CHECK(f.scans({}) == Ids{"x4", "x3", "x2", "x1"});
  const auto by = [&](auto set) {
    SecurityScanFilter filter;
    set(filter);
    return f.scans(filter);
  };
  CHECK(by([](auto& filter) { filter.user = "u1"; }) == Ids{"x2", "x1"});
  CHECK(by([](auto& filter) { filter.label = "prompt_injection"; }) == Ids{"x4", "x1"});
  CHECK(by([](auto& filter) { filter.risk_least = Score{930'000}; }) == Ids{"x4", "x1"});
  CHECK(by([](auto& filter) { filter.risk_least = Score{930'001}; }) == Ids{"x4"});
  CHECK(by([](auto& filter) { filter.risk_most = Score{100'000}; }) == Ids{"x3", "x2"});
  CHECK(by([](auto& filter) { filter.created.from = at(3); }) == Ids{"x4", "x3"});
  CHECK(by([](auto& filter) { filter.created.until = at(2); }) == Ids{"x1"});
}

TEST_CASE("what breaks a rule of the decider is parked, not shown") {
  struct Case {
    const char* name;
    std::function<void(Fixture&)> happens;
  };
  const Case cases[] = {
      {"a rating of 9",
       [](Fixture& f) {
         Opinion bad;
         bad.rating = 9;
         f.give("r2", "u", bad);
       }},
      {"a score of 11", [](Fixture& f) { f.score("s", 1, "a", {{"clarity", whole_score(11)}}); }},
      {"a score below 0", [](Fixture& f) { f.score("s", 1, "a", {{"clarity", {-1}}}); }},
      {"a risk above 1", [](Fixture& f) { f.scan("x", 1'000'001, "u"); }},
      {"a version 0", [](Fixture& f) { f.score("s", 0, "a", {{"clarity", whole_score(1)}}); }},
      {"a second feedback beside the first",
       [](Fixture& f) {
         f.happen(feedback::kStreamKind, "other", 1, Event{Given{examples::about("r1"), examples::full()}});
       }},
      {"a second event of a judgement",
       [](Fixture& f) {
         f.score("s", 1, "a", {{"clarity", whole_score(1)}});
         f.happen(judge_score::kStreamKind, "s", 2,
                  judge_score::Event{judge_score::Given{"p1", 1, "a", {{"clarity", whole_score(2)}}}});
       }},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    Fixture f;
    f.give("r1", "u1", examples::full());
    c.happens(f);
    f.give("r3", "u1", examples::full());
    f.apply();
    CHECK(f.hand.model.parked().streams == 1);
    CHECK(f.requests({}) == Ids{"r3", "r1"});
  }
  Database database;
  Chain chain;
  projections::FeedbackProjection model;
  ByHand hand{database, chain, model};
  CHECK_THROWS_WITH_AS(
      hand.connection.script("INSERT INTO feedback VALUES ('f', 'w', 1, 'r', 'e', 'p', 1, '', NULL, 'domain', "
                             "'syntax', true, NULL, NULL, '', '', 'ann', now(), now())"),
      doctest::Contains("judge_correct_is_derived"), pg::Fault);
}
