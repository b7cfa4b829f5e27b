#include "domain/prompt/state.hpp"

#include <doctest/doctest.h>

#include "domain/prompt/codec.hpp"
#include "domain/prompt/name_holder.hpp"
#include "tests/support/prompt_examples.hpp"
#include "tests/support/spec.hpp"

using namespace ledger;
using namespace ledger::prompt;
using examples::beginning;
using examples::created;
using examples::version_added;

namespace {

const Name kGreeting{"demo", "greeting"};
const Name kWelcome{"demo", "welcome"};

Timestamp minute(std::size_t n) { return spec::meta_at(n).occurred_at; }

// The history, each event by its own actor and for its own reason.
State told(const std::vector<Event>& history) {
  State state;
  for (std::size_t i = 0; i < history.size(); ++i) {
    Meta meta = spec::meta_at(i);
    meta.actor = "actor" + std::to_string(i);
    meta.reason = "reason" + std::to_string(i);
    state = evolve(std::move(state), history[i], meta);
  }
  return state;
}

Event renamed(const Name& from, const Name& to) {
  Changed e;
  e.renamed = Renamed{from, to};
  return e;
}

}  // namespace

TEST_CASE("a prompt that was not created does not exist") {
  const State state;
  CHECK_FALSE(state.exists());
  CHECK_FALSE(state.deleted());
  CHECK(state.latest() == 0);
  CHECK(state.find_version(1) == nullptr);
  CHECK(state.find_labelled("latest") == nullptr);
}

TEST_CASE("a created prompt has all that its event says, who made it and when") {
  Beginning b = beginning();
  b.title = "Greeting";
  b.description = "Says hello";
  b.tags = {"a"};
  b.metadata = {R"({"x":1})"};
  b.labels = {"staging"};
  b.request_id = "r1";
  b.version.source = "api";
  b.version.change_log = "first";
  const State state = told({Created{b}});
  CHECK(state.version == 1);
  CHECK(state.workspace == "w1");
  CHECK((state.name == kGreeting));
  CHECK(state.title == "Greeting");
  CHECK(state.description == "Says hello");
  CHECK((state.tags == std::vector<std::string>{"a"}));
  CHECK(state.metadata.text == R"({"x":1})");
  CHECK(state.request_id == "r1");
  CHECK((state.status == Status::draft));
  CHECK(state.author == "actor0");
  CHECK((state.created_at == minute(0)));
  CHECK((state.updated_at == minute(0)));
  CHECK_FALSE(state.published_at.has_value());
  CHECK_FALSE(state.forked_from.has_value());
  REQUIRE(state.latest() == 1);
  const Version& first = *state.find_version(1);
  CHECK(first.author == "actor0");
  CHECK((first.created_at == minute(0)));
  CHECK((first.reason == "reason0"));
  CHECK(first.source == "api");
  CHECK(first.change_log == "first");
  CHECK(state.find_labelled("staging") == &first);
}

TEST_CASE("a fork remembers where it came from") {
  const State state = told({Forked{beginning(), {"source-id", 3}}});
  CHECK((state.forked_from == ForkedFrom{"source-id", 3}));
  CHECK((state.name == kGreeting));
}

TEST_CASE("a change sets what it says and leaves the rest") {
  Changed e;
  e.title = "New";
  e.version = examples::version(2, examples::text_content("Hi"));
  State state = told({created(), e});
  CHECK(state.title == "New");
  CHECK((state.name == kGreeting));
  CHECK(state.latest() == 2);
  CHECK(state.find_version(2)->author == "actor1");
  CHECK(state.author == "actor0");
  CHECK((state.created_at == minute(0)));
  CHECK((state.updated_at == minute(1)));
  Changed cleared;
  cleared.title = "";
  cleared.description = "d";
  cleared.tags = std::vector<std::string>{"t"};
  cleared.metadata = JsonText{R"({"y":2})"};
  cleared.renamed = Renamed{kGreeting, kWelcome};
  state = evolve(std::move(state), cleared, spec::meta_at(2));
  CHECK(state.title.empty());
  CHECK(state.description == "d");
  CHECK((state.tags == std::vector<std::string>{"t"}));
  CHECK(state.metadata.text == R"({"y":2})");
  CHECK((state.name == kWelcome));
  CHECK(state.latest() == 2);
}

TEST_CASE("latest is always the newest version, also after a roll-back") {
  NewVersion third = examples::version(3, examples::text_content("Hello {{who}}", {examples::variable("who")}));
  const State state = told({created(), version_added(2, "Hi"), RolledBack{1, third}});
  CHECK(state.find_labelled("latest") == state.find_version(3));
  CHECK((state.find_version(3)->rolled_back_to == 1U));
  CHECK_FALSE(state.find_version(2)->rolled_back_to.has_value());
  CHECK((*state.find_version(3)->content == *state.find_version(1)->content));
  CHECK(state.find_version(0) == nullptr);
  CHECK(state.find_version(4) == nullptr);
}

TEST_CASE("published_at is the last move to published") {
  using S = Status;
  const std::vector<Event> history{created(), LifecycleMoved{S::draft, S::published},
                                   LifecycleMoved{S::published, S::deprecated}};
  CHECK((told(history).published_at == minute(1)));
  CHECK((told(history).status == S::deprecated));
  auto again = history;
  again.push_back(LifecycleMoved{S::deprecated, S::published});
  CHECK((told(again).published_at == minute(3)));
}

TEST_CASE("a deleted prompt is still there, and whole again when it is restored") {
  const State deleted = told({created(), Deleted{kGreeting}});
  CHECK(deleted.exists());
  CHECK((deleted.deleted_at == minute(1)));
  const State restored = told({created(), Deleted{kGreeting}, Restored{kGreeting}});
  CHECK_FALSE(restored.deleted());
  CHECK(restored.version == 3);
  CHECK((restored.updated_at == minute(2)));
}

TEST_CASE("a label's history says what it pointed to, from when to when, who moved it and why") {
  const State state =
      told({created(), version_added(2, "Hi"), LabelMoved{"production", {}, 1}, LabelMoved{"staging", {}, 2},
            LabelMoved{"production", 1, 2}, LabelRemoved{"production", 2}, LabelMoved{"production", {}, 1}});
  const auto periods = label_history(state, "production");
  REQUIRE(periods.size() == 3);
  CHECK((periods[0] == LabelPeriod{1, minute(2), "actor2", "reason2", minute(4), "actor4", "reason4"}));
  CHECK((periods[1] == LabelPeriod{2, minute(4), "actor4", "reason4", minute(5), "actor5", "reason5"}));
  CHECK((periods[2] == LabelPeriod{1, minute(6), "actor6", "reason6", {}, {}, {}}));
  CHECK(label_history(state, "staging").size() == 1);
  CHECK(label_history(state, "unknown").empty());
  CHECK(state.labels.at("production") == 1);
  CHECK(told({created(), LabelMoved{"a", {}, 1}, LabelRemoved{"a", 1}}).labels.empty());
}

TEST_CASE("copies of a state share what grows") {
  const State state = told({created(), LabelMoved{"a", {}, 1}});
  State copy = state;
  CHECK((copy == state));
  CHECK(copy.versions[0] == state.versions[0]);
  CHECK(copy.label_moves[0] == state.label_moves[0]);
  copy = evolve(std::move(copy), version_added(2, "Hi"), spec::meta_at(2));
  CHECK(state.latest() == 1);
  CHECK_FALSE((copy == state));
}

TEST_CASE("a stored event is applied, or told why it cannot be") {
  RecordedEvent recorded;
  const EncodedEvent encoded = encode(created());
  recorded.type = encoded.type;
  recorded.data = encoded.data;
  recorded.meta = spec::meta_at(0);
  CHECK((apply(State{}, recorded) == evolve({}, created(), recorded.meta)));
  recorded.data = "{}";
  const auto broken = apply(State{}, recorded);
  REQUIRE_FALSE(broken.has_value());
  CHECK(broken.error().starts_with("promptledger.prompt.created.v1: "));
}

TEST_CASE("events are found by the names and labels that they touch") {
  using Tags = std::vector<std::string>;
  Beginning b = beginning("a/b c");
  b.labels = {"x", "y"};
  const std::string tag = "prompt-name/demo/a%2Fb%20c";
  CHECK((tags_of(Created{b}) == Tags{tag, "prompt-label/x", "prompt-label/y"}));
  CHECK((tags_of(Forked{b, {"p", 1}}) == Tags{tag, "prompt-label/x", "prompt-label/y"}));
  CHECK((tags_of(renamed(kGreeting, kWelcome)) == Tags{"prompt-name/demo/greeting", "prompt-name/demo/welcome"}));
  CHECK(tags_of(Changed{}).empty());
  CHECK((tags_of(Deleted{kGreeting}) == Tags{"prompt-name/demo/greeting"}));
  CHECK((tags_of(Restored{kGreeting}) == Tags{"prompt-name/demo/greeting"}));
  CHECK((tags_of(LabelMoved{"x", {}, 1}) == Tags{"prompt-label/x"}));
  CHECK((tags_of(LabelRemoved{"x", 1}) == Tags{"prompt-label/x"}));
  CHECK(tags_of(version_added(2, "Hi")).empty());
  CHECK(tags_of(LifecycleMoved{}).empty());
}

TEST_CASE("a name's tag says the name") {
  for (const Name& name : {Name{"demo", "a/b c%"}, Name{"é/ü", ""}, Name{"", "x"}, Name{"k", "\xFF\n"}}) {
    CHECK((parse_name_tag(name_tag(name)) == name));
  }
  for (const char* text : {"", "prompt-name/", "prompt-name/a", "prompt-name/a/b/c", "prompt-label/a/b",
                           "prompt-name/%/b", "prompt-name/a/%4"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_name_tag(text).has_value());
  }
}

TEST_CASE("who holds a name is what its events say, in order") {
  struct Step {
    const char* prompt;
    Event event;
  };
  const auto holder_of = [](const Name& name, const std::vector<Step>& steps) {
    NameHolder holder{name, std::nullopt};
    for (const auto& step : steps) holder = evolve(std::move(holder), step.prompt, step.event);
    return holder.prompt.value_or("nobody");
  };
  std::vector<Step> steps{{"p1", created()}};
  CHECK(holder_of(kGreeting, {}) == "nobody");
  CHECK(holder_of(kGreeting, steps) == "p1");
  CHECK(holder_of(kWelcome, steps) == "nobody");
  steps.push_back({"p1", Deleted{kGreeting}});
  CHECK(holder_of(kGreeting, steps) == "nobody");
  steps.push_back({"p2", Forked{beginning(), {"p9", 1}}});
  CHECK(holder_of(kGreeting, steps) == "p2");
  steps.push_back({"p2", renamed(kGreeting, kWelcome)});
  CHECK(holder_of(kGreeting, steps) == "nobody");
  CHECK(holder_of(kWelcome, steps) == "p2");
  steps.push_back({"p1", Restored{kGreeting}});
  CHECK(holder_of(kGreeting, steps) == "p1");
  CHECK(holder_of(kWelcome, steps) == "p2");
  // Only the holder gives a name up.
  steps.push_back({"p3", Deleted{kGreeting}});
  CHECK(holder_of(kGreeting, steps) == "p1");
  // What does not concern the name changes nothing.
  for (const Event& other :
       {version_added(2, "Hi"), Event{LabelMoved{"x", {}, 1}}, Event{Changed{}}, Event{LifecycleMoved{}}}) {
    steps.push_back({"p3", other});
    CHECK(holder_of(kGreeting, steps) == "p1");
  }
}
