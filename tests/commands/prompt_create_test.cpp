#include "commands/field_checks.hpp"
#include "commands/prompt/decide.hpp"
#include "domain/prompt/codec.hpp"
#include "domain/prompt/limits.hpp"
#include "tests/support/prompt_examples.hpp"
#include "tests/support/spec.hpp"

using namespace ledger;
using namespace ledger::prompt;
using examples::beginning;
using examples::created;
using examples::text_content;
using examples::variable;
using examples::version;

namespace {

spec::Given<State, Event> given(const std::vector<Event>& history) { return spec::Given<State, Event>{history}; }

CreatePrompt create() {
  CreatePrompt command;
  command.name = {"demo", "greeting"};
  command.content.body = Text{"Hello {{who}}"};
  return command;
}

const CreateContext kFree{.holder = {}, .labels = {.role = access::Role::editor, .protected_labels = {"production"}}};

// The fields that are told to be wrong.
void wrong(const CreatePrompt& command, const std::vector<std::string>& fields) {
  given({}).when(command, kFree).then_invalid(fields);
}

}  // namespace

TEST_CASE("creating a prompt") {
  SUBCASE("makes it with its first version and the variables of its template") {
    given({}).when(create(), kFree).then(created());
  }
  SUBCASE("says everything in one event") {
    CreatePrompt command = create();
    command.title = "Greeting";
    command.description = "Says hello";
    command.tags = {"a", "b", "a"};
    command.metadata = {R"({"task_type":"chat"})"};
    command.content.config = JsonText{R"({"model":"m"})"};
    command.content.variables = std::vector{variable("who")};
    command.source = "api";
    command.explanation = "why";
    command.change_log = "first";
    command.labels = {"staging", "staging"};
    command.request_id = "r1";
    Beginning want = beginning();
    want.title = "Greeting";
    want.description = "Says hello";
    want.tags = {"a", "b"};
    want.metadata = command.metadata;
    want.labels = {"staging"};
    want.request_id = "r1";
    Content content = *want.version.content;
    content.config = *command.content.config;
    want.version = version(1, content);
    want.version.source = "api";
    want.version.explanation = "why";
    want.version.change_log = "first";
    given({}).when(command, kFree).then(Created{want});
  }
  SUBCASE("of a chat") {
    CreatePrompt command = create();
    const Body chat = Chat{{Message{"system", "{{a}}"}, Placeholder{"history"}, Message{"user", "{{b}}{{a}}"}}};
    command.content.body = chat;
    Beginning want = beginning();
    Content content = text_content("", {variable("a"), variable("b")});
    content.body = chat;
    want.version = version(1, content);
    given({}).when(command, kFree).then(Created{want});
  }
  SUBCASE("with broken braces, as literal text when it is imported") {
    CreatePrompt command = create();
    command.content = {.body = Text{"{{code here}} {{x}}"}, .variables = {}, .config = {}, .syntax = Syntax::lenient};
    Beginning want = beginning();
    Content content = text_content("{{code here}} {{x}}", {variable("x")});
    content.syntax = Syntax::lenient;
    want.version = version(1, content);
    given({}).when(command, kFree).then(Created{want});
  }
  SUBCASE("is refused under an id that is in use") {
    given({created()}).when(create(), kFree).then_rejected(Code::already_exists);
  }
  SUBCASE("is refused under a name that is held") {
    CreateContext context = kFree;
    context.holder = "other-id";
    given({}).when(create(), context).then_rejected(Code::name_taken, "held by prompt other-id");
  }
  SUBCASE("with a protected label is the publishers' right") {
    CreatePrompt command = create();
    command.labels = {"production"};
    given({}).when(command, kFree).then_rejected(Code::forbidden, "production");
    CreateContext publisher = kFree;
    publisher.labels.role = access::Role::publisher;
    Beginning want = beginning();
    want.labels = {"production"};
    given({}).when(command, publisher).then(Created{want});
  }
}

TEST_CASE("a holder is looked for only under names that a prompt may have") {
  CreatePrompt command = create();
  CHECK((wanted_name({}, command) == Name{"demo", "greeting"}));
  command.name.name = std::string(1'000'000, 'n');
  CHECK_FALSE(wanted_name({}, command).has_value());
  ForkPrompt fork;
  fork.name = "copy";
  const State source = given({created()}).state;
  CHECK((wanted_name(source, fork) == Name{"demo", "copy"}));
  fork.category = "";
  CHECK_FALSE(wanted_name(source, fork).has_value());
}

TEST_CASE("a prompt's limits are told by field, all at once") {
  using namespace std::string_literals;
  CreatePrompt command = create();
  SUBCASE("every field") {
    command.name = {"", std::string(256, 'n')};
    command.title = std::string(256, 't');
    command.description = std::string(10'001, 'd');
    command.tags = {"ok", "", std::string(65, 't')};
    command.metadata = {"[]"};
    command.content.body.reset();
    command.change_log = std::string(10'001, 'c');
    command.labels = {"ok", "Not OK", "latest"};
    command.request_id = std::string(129, 'r');
    wrong(command, {"template", "name", "category", "title", "description", "tags[1]", "tags[2]", "metadata",
                    "change_log", "labels[1]", "labels[2]", "request_id"});
  }
  SUBCASE("names of 255 characters, not bytes") {
    std::string name;
    for (int i = 0; i < 255; ++i) name += "é";
    command.name.name = name;
    Beginning want = beginning(name);
    given({}).when(command, kFree).then(Created{want});
    command.name.name += "é";
    wrong(command, {"name"});
  }
  SUBCASE("names with quotes and line breaks are names") {
    command.name.name = "Robert'); DROP TABLE prompts;--\r\n\"";
    given({}).when(command, kFree).then(created(command.name.name));
  }
  SUBCASE("invalid UTF-8, U+0000 and control characters") {
    command.name = {"a\0b"s, "\xFF"};
    command.tags = {"a\x01"};
    command.title = "a\0"s;
    wrong(command, {"name", "category", "title", "tags[0]"});
  }
  SUBCASE("control characters but U+0000 are text in a template") {
    command.content.body = Text{"a\x01\0"s};
    wrong(command, {"template"});
    command.content.body = Text{"a\x01"};
    Beginning want = beginning();
    want.version = version(1, text_content("a\x01"));
    given({}).when(command, kFree).then(Created{want});
  }
  SUBCASE("tags, labels") {
    for (int i = 0; i < 101; ++i) {
      command.tags.push_back("t" + std::to_string(i));
      command.labels.push_back("l" + std::to_string(i));
    }
    wrong(command, {"tags", "labels"});
  }
  SUBCASE("metadata and config that JSON allows and the ledger does not") {
    command.metadata = {R"({"a":"\u0000"})"};
    command.content.config = JsonText{R"({"n":123456789012345678901234567890})"};
    wrong(command, {"config", "metadata"});
    command.metadata = {"{\"a\":\"" + std::string(limits::kMetadataBytes, 'x') + "\"}"};
    command.content.config = JsonText{"{\"a\":\"" + std::string(limits::kConfigBytes, 'x') + "\"}"};
    wrong(command, {"config", "metadata"});
  }
  SUBCASE("a template's size") {
    command.content.body = Text{std::string(limits::kTemplateBytes, 'x')};
    CHECK(given({}).when(command, kFree).got.has_value());
    command.content.body = Text{std::string(limits::kTemplateBytes + 1, 'x')};
    wrong(command, {"template"});
    command.content.body = Text{""};
    wrong(command, {"template"});
  }
  SUBCASE("a chat's messages") {
    command.content.body = Chat{};
    wrong(command, {"messages"});
    command.content.body = Chat{{Message{"", "{{"}, Placeholder{"1"}, Message{"user", "\xFF"}}};
    wrong(command, {"messages[0].role", "messages[0].content", "messages[1].name", "messages[2].content"});
    command.content.body = Chat{std::vector<ChatItem>(501, Message{"user", "x"})};
    wrong(command, {"messages"});
    command.content.body = Chat{{Message{"user", "{{history}}"}, Placeholder{"history"}}};
    wrong(command, {"messages"});
    command.content.body =
        Chat{std::vector<ChatItem>(2, Message{"user", std::string(limits::kTemplateBytes / 2, 'x')})};
    wrong(command, {"messages"});
  }
  SUBCASE("a body of nothing but errors makes a bounded answer") {
    command.tags = std::vector<std::string>(10'000);
    const auto decision = given({}).when(command, kFree).got;
    REQUIRE_FALSE(decision.has_value());
    CHECK(decision.error().errors.size() == kFieldErrors);
    CHECK(decision.error().detail.find("10001 things are wrong") != std::string::npos);
  }
}

TEST_CASE("broken braces are told with their place") {
  CreatePrompt command = create();
  command.content.body = Text{"ok {{a}}\n  {{b c}} {{"};
  const auto decision = given({}).when(command, kFree).got;
  REQUIRE_FALSE(decision.has_value());
  REQUIRE(decision.error().errors.size() == 2);
  CHECK(decision.error().errors[0].detail.starts_with("line 2, column 3: the name"));
  CHECK(decision.error().errors[1].detail == "line 2, column 11: {{ is never closed by }}");
}

TEST_CASE("declared variables must be those of the template") {
  CreatePrompt command = create();
  const auto declare = [&](std::vector<Variable> variables) { command.content.variables = std::move(variables); };
  SUBCASE("missing and unused ones are both told") {
    declare({variable("whom"), variable("x")});
    wrong(command, {"variables[0].name", "variables[1].name", "variables"});
  }
  SUBCASE("each once") {
    declare({variable("who"), variable("who")});
    wrong(command, {"variables[1].name"});
  }
  SUBCASE("with a sound name") {
    command.content.body = Text{"x"};
    declare({variable("1")});
    wrong(command, {"variables[0].name", "variables[0].name"});
  }
  SUBCASE("with a default and options of their type, each option once") {
    Variable who = variable("who", VariableType::integer);
    who.default_value = JsonText{"1.5"};
    who.options = {JsonText{"1"}, JsonText{"\"2\""}, JsonText{"1"}};
    declare({who});
    wrong(command,
          {"variables[0].options[1]", "variables[0].options[2]", "variables[0].default", "variables[0].default"});
  }
  SUBCASE("at most 100, derived or not") {
    std::string text;
    for (int i = 0; i < 101; ++i) text += "{{v" + std::to_string(i) + "}}";
    command.content.body = Text{text};
    wrong(command, {"variables"});
  }
}

TEST_CASE("forking a prompt") {
  const auto source = given({created(), examples::version_added(2, "Hi {{you}}")}).state;
  ForkPrompt command;
  command.name = "greeting copy";
  const auto fork = [&](const State& from) {
    return ForkContext{.holder = {}, .source_id = "source-id", .source = from};
  };
  SUBCASE("takes over the newest version") {
    Beginning want = beginning("greeting copy");
    want.version = version(1, text_content("Hi {{you}}"));
    given({}).when(command, fork(source)).then(Forked{want, {"source-id", 2}});
  }
  SUBCASE("takes over the version asked for, with other fields") {
    command.version = 1;
    command.category = "other";
    command.title = "Copy";
    command.tags = std::vector<std::string>{"x", "x"};
    Beginning want = beginning("greeting copy");
    want.name.category = "other";
    want.title = "Copy";
    want.tags = {"x"};
    given({}).when(command, fork(source)).then(Forked{want, {"source-id", 1}});
  }
  SUBCASE("of a version that is not there") {
    command.version = 3;
    given({}).when(command, fork(source)).then_invalid({"version"});
  }
  SUBCASE("of an unknown or deleted prompt") {
    given({}).when(command, fork({})).then_rejected(Code::not_found);
    given({})
        .when(command, fork(given({created(), Deleted{{"demo", "greeting"}}}).state))
        .then_rejected(Code::not_found, "deleted");
  }
  SUBCASE("onto a name that is held, or an id in use") {
    ForkContext context = fork(source);
    context.holder = "x";
    given({}).when(command, context).then_rejected(Code::name_taken);
    given({created()}).when(command, fork(source)).then_rejected(Code::already_exists);
  }
  SUBCASE("with fields that are wrong") {
    command.name = "";
    command.metadata = JsonText{"1"};
    given({}).when(command, fork(source)).then_invalid({"name", "metadata"});
  }
}
