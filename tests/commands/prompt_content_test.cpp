#include "commands/prompt/decide.hpp"
#include "domain/prompt/codec.hpp"
#include "tests/support/prompt_examples.hpp"
#include "tests/support/spec.hpp"

using namespace ledger;
using namespace ledger::prompt;
using examples::created;
using examples::text_content;
using examples::variable;
using examples::version;
using examples::version_added;

namespace {

spec::Given<State, Event> given(const std::vector<Event>& history) { return spec::Given<State, Event>{history}; }

const Event kDeleted = Deleted{{"demo", "greeting"}};

ContentChange new_text(std::string text) {
  return {.body = Text{std::move(text)}, .variables = {}, .config = {}, .syntax = {}};
}

}  // namespace

TEST_CASE("changing a prompt's fields") {
  ChangePrompt command;
  const ChangeContext free;
  SUBCASE("puts all that changed into one event, the new version included") {
    command.name = "welcome";
    command.title = "Welcome";
    command.tags = std::vector<std::string>{"b", "a", "b"};
    command.metadata = JsonText{R"({"x":1})"};
    command.content = new_text("Welcome {{who}}");
    command.source = "api";
    command.change_log = "friendlier";
    NewVersion second = version(2, text_content("Welcome {{who}}", {variable("who")}));
    second.source = "api";
    second.change_log = "friendlier";
    given({created()})
        .when(command, free)
        .then(Changed{.renamed = Renamed{{"demo", "greeting"}, {"demo", "welcome"}},
                      .title = "Welcome",
                      .description = {},
                      .tags = std::vector<std::string>{"b", "a"},
                      .metadata = JsonText{R"({"x":1})"},
                      .version = second});
  }
  SUBCASE("leaves out what is so already, and is nothing when all of it is") {
    command.name = "greeting";
    command.category = "demo";
    command.title = "";
    command.tags = std::vector<std::string>{};
    command.metadata = JsonText{"{}"};
    command.content = new_text("Hello {{who}}");
    given({created()}).when(command, free).then_nothing();
    command.description = "new";
    Changed want;
    want.description = "new";
    given({created()}).when(command, free).then(want);
  }
  SUBCASE("takes a title away by an empty one") {
    Changed titled;
    titled.title = "x";
    command.title = "";
    Changed want;
    want.title = "";
    given({created(), titled}).when(command, free).then(want);
  }
  SUBCASE("to a name that is held") {
    command.category = "other";
    given({created()}).when(command, ChangeContext{"other-id"}).then_rejected(Code::name_taken, "other-id");
  }
  SUBCASE("tells all that is wrong") {
    command.name = "";
    command.title = std::string(256, 'x');
    command.metadata = JsonText{"null"};
    command.content = new_text("{{");
    given({created()}).when(command, free).then_invalid({"name", "title", "metadata", "template"});
  }
  SUBCASE("of an unknown or deleted prompt") {
    given({}).when(command, free).then_rejected(Code::not_found, "no such prompt");
    given({created(), kDeleted}).when(command, free).then_rejected(Code::not_found, "/restore");
  }
  SUBCASE("looks only for names that are new") {
    const State state = given({created()}).state;
    CHECK_FALSE(wanted_name(state, command).has_value());
    command.category = "demo";
    CHECK_FALSE(wanted_name(state, command).has_value());
    command.category = "other";
    CHECK((wanted_name(state, command) == Name{"other", "greeting"}));
    command.name = std::string(256, 'n');
    CHECK_FALSE(wanted_name(state, command).has_value());
  }
}

TEST_CASE("variables follow the template") {
  Variable typed = variable("who");
  typed.description = "the guest";
  typed.default_value = json_string("you");
  const Event begun = [&] {
    Beginning b = examples::beginning();
    b.version = version(1, text_content("Hello {{who}} {{when}}", {typed, variable("when")}));
    return Event{Created{b}};
  }();
  AddVersion command;
  SUBCASE("those that stay keep their declaration, new ones are derived, others go") {
    command.content = new_text("{{place}}: hi {{who}}");
    given({begun})
        .when(command, AddVersionContext{})
        .then(VersionAdded{version(2, text_content("{{place}}: hi {{who}}", {variable("place"), typed}))});
  }
  SUBCASE("declaring them anew is a new version") {
    command.content.variables = std::vector{variable("when"), variable("who")};
    given({begun})
        .when(command, AddVersionContext{})
        .then(VersionAdded{version(2, text_content("Hello {{who}} {{when}}", {variable("when"), variable("who")}))});
  }
  SUBCASE("and must match the template that stays") {
    command.content.variables = std::vector{variable("who")};
    given({begun}).when(command, AddVersionContext{}).then_invalid({"variables"});
  }
}

TEST_CASE("adding a version") {
  AddVersion command;
  command.content = new_text("Hi");
  const AddVersionContext blind{};
  const AddVersionContext knowing{.expected_given = true};
  SUBCASE("is numbered on and follows the newest") {
    given({created()}).when(command, blind).then(version_added(2, "Hi"));
  }
  SUBCASE("says where it came from") {
    command.source = "model";
    command.explanation = "shorter";
    command.change_log = "cut";
    command.parent_version = 1;
    NewVersion want = version(2, text_content("Hi"));
    want.source = "model";
    want.explanation = "shorter";
    want.change_log = "cut";
    given({created()}).when(command, blind).then(VersionAdded{want});
  }
  SUBCASE("with new config alone") {
    command.content = {.body = {}, .variables = {}, .config = JsonText{R"({"model":"m"})"}, .syntax = {}};
    Content want = text_content("Hello {{who}}", {variable("who")});
    want.config = {R"({"model":"m"})"};
    given({created()}).when(command, blind).then(VersionAdded{version(2, want)});
  }
  SUBCASE("with the newest content is nothing") {
    command.content = new_text("Hello {{who}}");
    given({created()}).when(command, blind).then_nothing();
  }
  SUBCASE("with nothing in it") {
    command.content = {};
    given({created()}).when(command, blind).then_invalid({"template"});
  }
  SUBCASE("made from an older version needs the caller to know the newest") {
    command.parent_version = 1;
    const auto prompt = given({created(), version_added(2, "Ho")});
    prompt.when(command, blind).then_rejected(Code::wrong_state, "the newest is 2; send If-Match: \"2\"");
    NewVersion want = version(3, text_content("Hi"));
    want.parent_version = 1;
    prompt.when(command, knowing).then(VersionAdded{want});
  }
  SUBCASE("made from a version that is not there") {
    for (const VersionNumber parent : {0U, 2U}) {
      command.parent_version = parent;
      given({created()}).when(command, knowing).then_invalid({"parent_version"});
    }
  }
  SUBCASE("to an imported prompt keeps its braces literal") {
    Beginning b = examples::beginning();
    Content lenient = text_content("{{code here}}");
    lenient.syntax = Syntax::lenient;
    b.version = version(1, lenient);
    command.content = new_text("{{other code}}");
    Content want = text_content("{{other code}}");
    want.syntax = Syntax::lenient;
    given({Created{b}}).when(command, blind).then(VersionAdded{version(2, want)});
    command.content = {.body = {}, .variables = {}, .config = {}, .syntax = Syntax::strict};
    given({Created{b}}).when(command, blind).then_invalid({"template"});
  }
  SUBCASE("to an unknown or deleted prompt") {
    given({}).when(command, blind).then_rejected(Code::not_found);
    given({created(), kDeleted}).when(command, blind).then_rejected(Code::not_found);
  }
}

TEST_CASE("rolling back") {
  const std::vector<Event> two{created(), version_added(2, "Hi")};
  SUBCASE("makes a new version with the old content") {
    NewVersion want = version(3, text_content("Hello {{who}}", {variable("who")}));
    want.source = "rollback";
    want.change_log = "was better";
    given(two).when(RollBack{1, "was better"}, NoContext{}).then(RolledBack{1, want});
  }
  SUBCASE("to what is there already is nothing") { given(two).when(RollBack{2, {}}, NoContext{}).then_nothing(); }
  SUBCASE("to a version that is not there") {
    given(two).when(RollBack{3, {}}, NoContext{}).then_rejected(Code::not_found, "versions 1 to 2");
    given(two).when(RollBack{0, {}}, NoContext{}).then_rejected(Code::not_found);
  }
  SUBCASE("with too long a change log") {
    given(two).when(RollBack{1, std::string(10'001, 'x')}, NoContext{}).then_invalid({"change_log"});
  }
  SUBCASE("of an unknown or deleted prompt") {
    given({}).when(RollBack{1, {}}, NoContext{}).then_rejected(Code::not_found);
    given({created(), kDeleted}).when(RollBack{1, {}}, NoContext{}).then_rejected(Code::not_found);
  }
}
