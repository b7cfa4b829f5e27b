#include <doctest/doctest.h>

#include "projections/access/access.hpp"
#include "projections/access/queries.hpp"
#include "tests/projections/model_fixture.hpp"

using namespace ledger;
using namespace ledger::test;

namespace {

struct Fixture {
  Database database;
  Chain chain;
  projections::AccessProjection model;
  ByHand hand{database, chain, model};
  pg::Pool pool{{.connection = database.settings()}};
  projections::AccessQueries queries{pool};

  void happen(std::string_view kind, const std::string& id, std::uint64_t sequence, const EncodedEvent& encoded) {
    RecordedEvent recorded;
    recorded.type = encoded.type;
    recorded.data = encoded.data;
    recorded.stream = {std::string{kind}, id};
    recorded.sequence = sequence;
    recorded.meta.event_id = id + "-" + std::to_string(sequence);
    recorded.meta.workspace = "root";
    recorded.meta.actor = "api-key/root";
    recorded.meta.correlation_id = "r";
    recorded.meta.occurred_at = Timestamp{std::chrono::seconds{1'600'000'000 + ++clock}};
    recorded.partition_key = "access";
    chain.append(recorded);
  }
  void key(const std::string& id, const std::string& workspace, const std::string& secret) {
    happen(api_key::kStreamKind, id, 1,
           api_key::encode(api_key::Created{.public_id = "pub-" + id,
                                            .name = "key " + id,
                                            .secret_sha256 = secret,
                                            .workspace = workspace,
                                            .role = access::Role::editor,
                                            .actor = "api-key/" + id}));
  }
  void apply() { REQUIRE(hand.catch_up() == projections::BatchOutcome::applied); }
  int clock = 0;
};

}  // namespace

TEST_CASE("keys are found by their secret's hash, their public id and their workspace") {
  Fixture f;
  CHECK_FALSE(f.queries.any_key());
  const std::string first(64, 'a'), second(64, 'b');
  f.key("k1", "w1", first);
  f.key("k2", "w1", second);
  f.key("k3", "w2", std::string(64, 'c'));
  f.apply();
  CHECK(f.queries.any_key());
  const auto found = f.queries.key_by_secret(first);
  REQUIRE(found.has_value());
  CHECK(found->id == "k1");
  CHECK((found->state.role == access::Role::editor));
  CHECK(found->state.actor == "api-key/k1");
  CHECK(found->state.author == "api-key/root");
  CHECK_FALSE(found->state.revoked_at.has_value());
  CHECK(f.queries.key_by_public_id("pub-k2")->id == "k2");
  CHECK_FALSE(f.queries.key_by_secret(std::string(64, 'd')).has_value());
  CHECK_FALSE(f.queries.key("w2", "k1").has_value());

  const auto page = f.queries.keys("w1", {}, 1);
  REQUIRE(page.size() == 1);
  const auto rest = f.queries.keys("w1", projections::AccessMark{page[0].state.created_at, page[0].id}, 10);
  REQUIRE(rest.size() == 1);
  CHECK(rest[0].id == "k2");

  SUBCASE("a revoked key says so") {
    f.happen(api_key::kStreamKind, "k1", 2, api_key::encode(api_key::Revoked{}));
    f.apply();
    CHECK(f.queries.key_by_secret(first)->state.revoked_at.has_value());
    CHECK(f.queries.key("w1", "k1")->state.version == 2);
    CHECK_FALSE(f.queries.key_by_secret(second)->state.revoked_at.has_value());
  }
}

TEST_CASE("workspaces by id and name, oldest first") {
  Fixture f;
  f.happen(workspace::kStreamKind, "w1", 1, workspace::encode(workspace::Created{"first"}));
  f.happen(workspace::kStreamKind, "w2", 1, workspace::encode(workspace::Created{"second"}));
  f.apply();
  CHECK(f.queries.workspace("w1")->state.name == "first");
  CHECK(f.queries.workspace_by_name("second")->id == "w2");
  CHECK_FALSE(f.queries.workspace("w3").has_value());
  const auto all = f.queries.workspaces({}, 10);
  REQUIRE(all.size() == 2);
  CHECK(all[0].id == "w1");
  CHECK(f.queries.workspaces(projections::AccessMark{all[0].state.created_at, "w1"}, 10).size() == 1);
}
