#include "commands/access/commands.hpp"

#include "tests/support/spec.hpp"

using namespace ledger;

TEST_CASE("creating a workspace") {
  using namespace ledger::workspace;
  const auto given = [](const std::vector<Event>& history) { return spec::Given<State, Event>{history}; };
  given({}).when(CreateWorkspace{"Acme"}, CreateContext{}).then(Created{"Acme"});
  given({}).when(CreateWorkspace{"Acme"}, CreateContext{"w0"}).then_rejected(Code::name_taken, "workspace w0");
  given({Created{"Acme"}}).when(CreateWorkspace{"Other"}, CreateContext{}).then_rejected(Code::already_exists);
  for (const std::string& name : {std::string{}, std::string(256, 'x'), std::string{"\xFF"}, std::string{"a\0b", 3}}) {
    given({}).when(CreateWorkspace{name}, CreateContext{}).then_invalid({"name"});
  }
}

TEST_CASE("a workspace is found by its name") {
  CHECK((workspace::tags_of(workspace::Created{"A/b c"}) == std::vector<std::string>{"workspace-name/A%2Fb%20c"}));
}

TEST_CASE("a key to the API") {
  using namespace ledger::api_key;
  const auto given = [](const std::vector<Event>& history) { return spec::Given<State, Event>{history}; };
  const CreateContext known{.workspace_exists = true};
  const CreateApiKey command{.public_id = "plp_1",
                             .name = "ci",
                             .secret_sha256 = std::string(64, 'a'),
                             .workspace = "w1",
                             .role = access::Role::editor,
                             .actor = "api-key/1"};
  const Event created = Created{.public_id = "plp_1",
                                .name = "ci",
                                .secret_sha256 = std::string(64, 'a'),
                                .workspace = "w1",
                                .role = access::Role::editor,
                                .actor = "api-key/1"};
  SUBCASE("is made, used up to its revocation, and stays revoked") {
    given({}).when(command, known).then(created);
    given({created}).when(RevokeApiKey{}).then(Revoked{});
    given({created, Revoked{}}).when(RevokeApiKey{}).then_nothing();
    const State revoked = given({created, Revoked{}}).state;
    CHECK((revoked.revoked_at == spec::meta_at(1).occurred_at));
    CHECK((revoked.role == access::Role::editor));
  }
  SUBCASE("is refused when its id is in use, or unknown") {
    given({created}).when(command, known).then_rejected(Code::already_exists);
    given({}).when(RevokeApiKey{}).then_rejected(Code::not_found);
  }
  SUBCASE("tells all that is wrong") {
    CreateApiKey wrong = command;
    wrong.public_id = "";
    wrong.name = std::string(256, 'x');
    wrong.actor = "";
    wrong.secret_sha256 = std::string(64, 'A');
    given({}).when(wrong, CreateContext{}).then_invalid({"public_id", "name", "actor", "secret_sha256", "workspace"});
    wrong = command;
    wrong.secret_sha256 = std::string(63, 'a');
    given({}).when(wrong, known).then_invalid({"secret_sha256"});
  }
}

TEST_CASE("roles rise from viewer to admin") {
  using access::Role;
  CHECK((Role::viewer < Role::editor && Role::editor < Role::publisher && Role::publisher < Role::admin));
  for (const Role role : {Role::viewer, Role::editor, Role::publisher, Role::admin})
    CHECK((access::parse_role(to_text(role)) == role));
  CHECK_FALSE(access::parse_role("root").has_value());
}
