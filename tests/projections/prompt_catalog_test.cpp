#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "projections/prompt_catalog/prompt_catalog.hpp"
#include "projections/prompt_catalog/prompt_rows.hpp"
#include "projections/prompt_catalog/queries.hpp"
#include "tests/projections/model_fixture.hpp"
#include "tests/support/random_workspace.hpp"

using namespace ledger;
using namespace ledger::test;
using projections::CatalogEntry;
using projections::PromptFilter;
using projections::PromptOrder;

namespace {

const std::string kWorkspace = "w1";

Timestamp at(std::int64_t seconds) { return Timestamp{std::chrono::seconds{1'600'000'000 + seconds}}; }

struct Fixture {
  Database database;
  Chain chain;
  projections::PromptCatalogProjection catalog_model;
  ByHand hand{database, chain, catalog_model};
  pg::Pool pool{{.connection = database.settings(), .size = 2}};
  projections::PromptCatalog catalog{pool};
  std::map<std::string, std::uint64_t> versions;
  std::int64_t clock = 0;

  void happen(const std::string& id, const prompt::Event& event, const std::string& actor = "ann",
              const std::string& workspace = kWorkspace) {
    const auto encoded = prompt::encode(event);
    RecordedEvent recorded;
    recorded.type = encoded.type;
    recorded.data = encoded.data;
    recorded.stream = {std::string{prompt::kStreamKind}, id};
    recorded.sequence = ++versions[id];
    recorded.meta.event_id = id + std::to_string(recorded.sequence);
    recorded.meta.workspace = workspace;
    recorded.meta.actor = actor;
    recorded.meta.correlation_id = "r";
    recorded.meta.occurred_at = at(++clock);
    recorded.tags = prompt::tags_of(event);
    recorded.partition_key = "ws/" + workspace;
    chain.append(recorded);
  }
  void apply() { REQUIRE(hand.catch_up() == projections::BatchOutcome::applied); }
};

prompt::Created created(const std::string& category, const std::string& name, std::vector<std::string> tags = {},
                        const std::string& metadata = "{}") {
  prompt::Created event;
  event.beginning.name = {category, name};
  event.beginning.tags = std::move(tags);
  event.beginning.metadata = {metadata};
  event.beginning.version.content = std::make_shared<const prompt::Content>(
      prompt::Content{.body = prompt::Text{"text of " + name}, .variables = {}});
  return event;
}

prompt::VersionAdded version(prompt::VersionNumber number, const std::string& text) {
  prompt::VersionAdded event;
  event.version.number = number;
  event.version.content =
      std::make_shared<const prompt::Content>(prompt::Content{.body = prompt::Text{text}, .variables = {}});
  return event;
}

prompt::Changed renamed(prompt::Name from, prompt::Name to) {
  prompt::Changed event;
  event.renamed = prompt::Renamed{std::move(from), std::move(to)};
  return event;
}

std::string text_of(const CatalogEntry& entry) {
  const auto* wanted = entry.state.find_version(entry.wanted);
  return wanted == nullptr ? "" : std::get<prompt::Text>(wanted->content->body).text;
}

// The state as it is with the contents of all versions but the wanted one left out.
prompt::State with_content_of(prompt::State state, prompt::VersionNumber wanted) {
  for (auto& version : state.versions) {
    if (version->number == wanted) continue;
    auto bare = *version;
    bare.content = nullptr;
    version = std::make_shared<const prompt::Version>(std::move(bare));
  }
  return state;
}

std::set<std::string> ids(const projections::PromptPage& page) {
  std::set<std::string> out;
  for (const auto& entry : page.entries) out.insert(entry.id);
  return out;
}
using Ids = std::set<std::string>;

}  // namespace

TEST_CASE("the catalog holds exactly the states that evolve makes, however the events are cut into batches") {
  for (const std::uint32_t first_seed : {0U, 100'000U, 200'000U}) {
    CAPTURE(first_seed);
    Fixture f;
    prompt::RandomWorkspace workspace;
    std::size_t written = 0;
    for (std::uint32_t seed = 0; seed < 700; ++seed) {
      (void)workspace.take(first_seed + seed);
      for (; written < workspace.log().size(); ++written) f.chain.append(workspace.log()[written]);
      if (seed % (1 + seed % 90) == 0) f.apply();
    }
    f.apply();
    CHECK(f.hand.model.parked().streams == 0);
    for (std::size_t i = 0; i < workspace.prompts().size(); ++i) {
      const auto& state = workspace.prompts()[i];
      CAPTURE(i);
      if (!state.exists()) continue;
      const auto id = prompt::RandomWorkspace::id(i);
      for (prompt::VersionNumber number = 1; number <= state.latest(); ++number) {
        const auto entry = f.catalog.by_id(state.workspace, id, {.number = number, .label = {}});
        REQUIRE(entry.has_value());
        CHECK((entry->state == with_content_of(state, number)));
      }
      const auto all = f.catalog.versions(state.workspace, id, {}, 10'000);
      REQUIRE(all.size() == state.versions.size());
      for (const auto& stored : all) CHECK((stored == *state.find_version(stored.number)));
      if (!state.deleted()) CHECK(f.catalog.by_name(state.workspace, state.name)->id == id);
    }
    const auto labels = workspace.workspace_settings().protected_labels;
    CHECK(f.catalog.protected_labels("w1") == std::vector<std::string>{labels.begin(), labels.end()});
    // What the decider promises, seen from here: a name belongs to one prompt.
    CHECK(
        f.hand.connection
            .query(
                "SELECT 1 FROM prompt WHERE deleted_at IS NULL GROUP BY workspace, category, name HAVING count(*) > 1")
            .empty());
  }
}

TEST_CASE("a prompt by id and by name, with the version that is wanted") {
  Fixture f;
  f.happen("p1", created("c", "greeting"));
  f.happen("p1", version(2, "second"));
  f.happen("p1", version(3, "third"));
  f.happen("p1", prompt::LabelMoved{"production", std::nullopt, 2});
  f.apply();
  const prompt::Name name{"c", "greeting"};
  CHECK(text_of(*f.catalog.by_name(kWorkspace, name)) == "third");
  CHECK(text_of(*f.catalog.by_name(kWorkspace, name, {.number = {}, .label = "latest"})) == "third");
  CHECK(text_of(*f.catalog.by_name(kWorkspace, name, {.number = {}, .label = "production"})) == "second");
  CHECK(text_of(*f.catalog.by_id(kWorkspace, "p1", {.number = 1, .label = {}})) == "text of greeting");
  CHECK(f.catalog.by_id(kWorkspace, "p1", {.number = 9, .label = {}})->wanted == 0);
  CHECK(f.catalog.by_id(kWorkspace, "p1", {.number = 4'000'000'000, .label = {}})->wanted == 0);
  CHECK(f.catalog.by_id(kWorkspace, "p1", {.number = {}, .label = "nobody"})->wanted == 0);
  CHECK_FALSE(f.catalog.by_id("w2", "p1").has_value());
  CHECK_FALSE(f.catalog.by_name("w2", name).has_value());
  CHECK_FALSE(f.catalog.by_name(kWorkspace, {"c", "'; DROP TABLE prompt;--"}).has_value());
  CHECK(f.catalog.versions(kWorkspace, "p1", 3, 1).at(0).number == 2);
  CHECK(f.catalog.versions("w2", "p1", {}, 10).empty());

  f.happen("p1", prompt::Deleted{name});
  f.apply();
  CHECK_FALSE(f.catalog.by_name(kWorkspace, name).has_value());
  CHECK(f.catalog.by_id(kWorkspace, "p1")->state.deleted());
}

TEST_CASE("two prompts that exchange their names within one batch") {
  Fixture f;
  const prompt::Name x{"c", "x"}, y{"c", "y"}, aside{"c", "aside"};
  f.happen("p1", created("c", "x"));
  f.happen("p2", created("c", "y"));
  f.apply();
  f.happen("p1", renamed(x, aside));
  f.happen("p2", renamed(y, x));
  f.happen("p1", renamed(aside, y));
  f.apply();
  CHECK(f.hand.model.parked().streams == 0);
  CHECK(f.catalog.by_name(kWorkspace, x)->id == "p2");
  CHECK(f.catalog.by_name(kWorkspace, y)->id == "p1");
}

TEST_CASE("a stream that cannot be read is parked, and its name does not stand in another's way") {
  Fixture f;
  const prompt::Name x{"c", "x"};
  f.happen("p1", created("c", "x"));
  ++f.versions["p1"];  // a version is missing
  f.happen("p1", renamed(x, {"c", "old"}));
  f.happen("p2", created("c", "x"));
  f.apply();
  CHECK(f.hand.model.parked().streams == 1);
  CHECK(f.hand.connection.query("SELECT error FROM parked_stream")[0].text(0) ==
        "it is number 3 of its stream, whose version is 1");
  CHECK(f.catalog.by_name(kWorkspace, x)->id == "p2");
}

TEST_CASE("the list is filtered by whatever is asked for") {
  Fixture f;
  f.happen("p1", created("mail", "Hello 100%", {"x", "y"}, R"({"task_type":"greet","level":5,"live":true})"));
  f.happen("p2", created("mail", "bye_now", {"y"}, R"({"task_type":"part","level":"5"})"), "bob");
  f.happen("p3", created("code", "review"), "bob");
  f.happen("p3", prompt::LifecycleMoved{prompt::Status::draft, prompt::Status::published});
  f.happen("p1", prompt::LabelMoved{"production", std::nullopt, 1});
  f.happen("p4", created("code", "gone", {"x"}));
  f.happen("p4", prompt::Deleted{{"code", "gone"}});
  f.happen("q1", created("mail", "elsewhere"), "ann", "w2");
  f.apply();
  const auto list = [&](const PromptFilter& filter) {
    return ids(f.catalog.list(kWorkspace, filter, PromptOrder::created, false, {}, 50));
  };
  const auto with = [](auto set) {
    PromptFilter filter;
    set(filter);
    return filter;
  };
  CHECK(list({}) == Ids{"p1", "p2", "p3"});
  CHECK(list(with([](auto& q) { q.deleted = true; })) == Ids{"p4"});
  CHECK(list(with([](auto& q) { q.status = prompt::Status::published; })) == Ids{"p3"});
  CHECK(list(with([](auto& q) { q.tag = "y"; })) == Ids{"p1", "p2"});
  CHECK(list(with([](auto& q) { q.category = "code"; })) == Ids{"p3"});
  CHECK(list(with([](auto& q) { q.author = "bob"; })) == Ids{"p2", "p3"});
  CHECK(list(with([](auto& q) { q.label = "production"; })) == Ids{"p1"});
  CHECK(list(with([](auto& q) { q.label = "latest"; })) == Ids{"p1", "p2", "p3"});
  CHECK(list(with([](auto& q) { q.metadata["task_type"] = "greet"; })) == Ids{"p1"});
  CHECK(list(with([](auto& q) { q.metadata["level"] = "5"; })) == Ids{"p1", "p2"});
  CHECK(list(with([](auto& q) { q.metadata["live"] = "true"; })) == Ids{"p1"});
  CHECK(list(with([](auto& q) { q.metadata["it's \"x\""] = "{\"}"; })) == Ids{});
  CHECK(list(with([](auto& q) { q.text = "HELLO"; })) == Ids{"p1"});
  CHECK(list(with([](auto& q) { q.text = "100%"; })) == Ids{"p1"});
  CHECK(list(with([](auto& q) { q.text = "o%"; })) == Ids{});
  CHECK(list(with([](auto& q) { q.text = "e_n"; })) == Ids{"p2"});
  CHECK(list(with([](auto& q) { q.text = "\\"; })) == Ids{});
  CHECK(list(with([](auto& q) { q.updated_since = at(4); })) == Ids{"p1", "p3"});
  CHECK(list(with([](auto& q) {
          q.tag = "y";
          q.author = "bob";
          q.category = "mail";
        })) == Ids{"p2"});
  CHECK(text_of(f.catalog.list(kWorkspace, {}, PromptOrder::created, false, {}, 1).entries.at(0)) ==
        "text of Hello 100%");
}

TEST_CASE("a list is paged in every order without leaving anything out") {
  Fixture f;
  for (int i = 0; i < 23; ++i)
    f.happen("p" + std::to_string(i), created("c" + std::to_string(i % 4), "n" + std::to_string(i / 4)));
  for (int i = 0; i < 23; i += 3) f.happen("p" + std::to_string(i), version(2, "again"));
  f.apply();
  for (const auto order : {PromptOrder::created, PromptOrder::updated, PromptOrder::name}) {
    for (const bool descending : {false, true}) {
      CAPTURE(static_cast<int>(order));
      CAPTURE(descending);
      std::vector<std::string> seen;
      std::optional<projections::PromptMark> after;
      do {
        const auto page = f.catalog.list(kWorkspace, {}, order, descending, after, 5);
        CHECK(page.entries.size() <= 5);
        for (const auto& entry : page.entries) seen.push_back(entry.id);
        after = page.next;
      } while (after);
      std::vector<std::string> whole;
      for (const auto& entry : f.catalog.list(kWorkspace, {}, order, descending, {}, 500).entries)
        whole.push_back(entry.id);
      CHECK(seen == whole);
      CHECK(Ids{seen.begin(), seen.end()}.size() == 23);
    }
  }
}

TEST_CASE("who may have been labelled so in the past is walked in the order of creation, by indexes") {
  Fixture f;
  f.hand.connection.allow(std::chrono::minutes{10});
  f.hand.connection.script(R"sql(
    INSERT INTO prompt SELECT 'p' || n, 'w' || n % 7, 1, n, 'c', 'n' || n, '', '', 'draft', '{}', '{}', '{}', '{}', 'a', '', NULL, NULL, 1,
      timestamptz '2026-01-01Z' + n * interval '1 minute', timestamptz '2026-01-01Z', NULL, NULL FROM generate_series(1, 30000) n;
    INSERT INTO label_move SELECT 'p' || n, 0, CASE WHEN n % 1000 = 0 THEN 'rare' ELSE 'common' END, 1, timestamptz '2026-02-01Z', 'a', NULL FROM generate_series(1, 30000) n)sql");
  f.hand.connection.script("ANALYZE");
  const auto plan_of = [&](const projections::MadeFilter& filter, const std::optional<projections::TimeMark>& after) {
    const auto query = projections::made_prompts_query("w1", filter, projections::TimeOrder::newest_first, after, 50);
    std::string plan;
    for (const pg::Row row : f.hand.connection.query("EXPLAIN " + query.sql, query.params)) plan += std::string{row.text(0)} + "\n";
    return plan;
  };
  const projections::TimeMark mark{*parse_rfc3339("2026-01-15T00:00:00Z"), "p1"};
  for (const auto& plan : {plan_of({}, {}), plan_of({}, mark), plan_of({.happened_until = mark.created_at}, {}), plan_of({.label = "common"}, mark)}) {
    CAPTURE(plan);
    CHECK(plan.find("prompt_created") != std::string::npos);
    CHECK(plan.find("Seq Scan on prompt") == std::string::npos);
  }
  const auto rare = plan_of({.label = "rare"}, {});
  CAPTURE(rare);
  CHECK(rare.find("label_move_label") != std::string::npos);
}
