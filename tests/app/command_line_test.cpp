#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "app/command_line.hpp"
#include "app/program.hpp"
#include "app/subcommands.hpp"
#include "infra/logging/log.hpp"

using namespace ledger;
using namespace ledger::app;

namespace {

ExitStatus succeed(const Invocation& call) {
  call.out << "port " << call.settings.http.port << '\n';
  return ExitStatus::done;
}
ExitStatus throwing(const Invocation&) { throw std::runtime_error{"the disk is full"}; }

const std::vector<Subcommand> kSubcommands{
    {.name = "serve", .summary = "Serves.", .settings = {config::Section::http, config::Section::kafka, config::Section::postgres}, .arguments = {}, .run = succeed},
    {.name = "load",
     .summary = "Loads.",
     .settings = {config::Section::log},
     .arguments = {{.kind = Argument::Kind::positional, .name = "what", .value_name = "WHAT", .help = "what to load", .choices = {"history"}},
                   {.kind = Argument::Kind::positional, .name = "file", .value_name = "FILE", .help = "from where"},
                   {.name = "times", .value_name = "N", .help = "how often", .usual = "3", .range = Argument::Range{1, 5}},
                   {.kind = Argument::Kind::flag, .name = "dry", .help = "only look"}},
     .run = throwing},
    {.name = "read",
     .summary = "Reads.",
     .settings = {},
     .arguments = {{.kind = Argument::Kind::positional, .name = "files", .value_name = "FILE", .help = "what to read", .usual = "-", .many = true},
                   {.kind = Argument::Kind::flag, .name = "dry", .help = "only look"}},
     .run = succeed},
};

Parsed parsed(const std::vector<std::string>& words) { return parse(words, kSubcommands, "1.2.3"); }

Command command(const std::vector<std::string>& words) {
  auto result = parsed(words);
  if (const auto* refused = std::get_if<Refused>(&result)) MESSAGE(refused->why);
  REQUIRE(std::holds_alternative<Command>(result));
  return std::get<Command>(std::move(result));
}

std::string shown(const std::vector<std::string>& words) {
  const auto result = parsed(words);
  REQUIRE(std::holds_alternative<Shown>(result));
  return std::get<Shown>(result).text;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

struct Ran {
  ExitStatus status;
  std::string out;
  std::string err;
};
Ran ran(const std::vector<std::string>& words, const config::Texts& environment = {}) {
  std::ostringstream out;
  std::ostringstream err;
  const auto status = run_program(words, environment, kSubcommands, out, err);
  return {status, out.str(), err.str()};
}

}  // namespace

TEST_CASE("settings and arguments are read from the words") {
  const Command serve = command({"serve", "--http-port", "80", "--kafka=a:1,b:2", "--config", "x.json", "--kafka-property", "a=1", "--kafka-property", "b=2"});
  CHECK(serve.subcommand->name == "serve");
  CHECK(serve.config_file == "x.json");
  CHECK(serve.flags == config::Texts{{"kafka", "a:1,b:2"}, {"kafka_property", "a=1"}, {"kafka_property", "b=2"}, {"http_port", "80"}});

  const Command load = command({"load", "history", "rows.ndjson", "--times", "5", "--dry"});
  CHECK(load.arguments.text("what") == "history");
  CHECK(load.arguments.text("file") == "rows.ndjson");
  CHECK(load.arguments.number("times") == 5);
  CHECK(load.arguments.flag("dry"));
  CHECK_FALSE(load.config_file.has_value());

  const Command usual = command({"load", "history", "rows.ndjson"});
  CHECK(usual.arguments.number("times") == 3);
  CHECK_FALSE(usual.arguments.flag("dry"));
}

TEST_CASE("an argument that may be given more than once keeps all, in their order") {
  CHECK(command({"read", "a", "--dry", "b", "c"}).arguments.texts("files") == std::vector<std::string>{"a", "b", "c"});
  CHECK(command({"read"}).arguments.texts("files") == std::vector<std::string>{"-"});
  CHECK(command({"read", "a"}).arguments.text("files") == "a");
}

TEST_CASE("what is not known or not right is refused with a sentence") {
  struct Case {
    std::vector<std::string> words;
    std::string why;
  };
  const std::vector<Case> cases{
      {{}, "a subcommand is missing; promptledger --help lists them"},
      {{"sreve"}, "unknown subcommand \"sreve\"; promptledger --help lists them"},
      {{"--http-port", "1", "serve"}, "unknown option --http-port; options stand behind the subcommand; promptledger --help tells more"},
      {{"serve", "--htp-port", "1"}, "unknown option --htp-port; did you mean --http-port? promptledger serve --help lists what there is"},
      {{"serve", "--postgress=postgresql://me:hunter2@db"}, "unknown option --postgress; did you mean --postgres? promptledger serve --help lists what there is"},
      {{"serve", "--quite-something-else"}, "unknown option --quite-something-else; promptledger serve --help lists what there is"},
      {{"serve", "-x"}, "unknown option -x; promptledger serve --help lists what there is"},
      {{"serve", "twice"}, "unexpected argument \"twice\"; promptledger serve --help lists what there is"},
      {{"serve", "load"}, "unexpected argument \"load\"; promptledger serve --help lists what there is"},
      {{"serve", "--http-port"}, "--http-port: 1 required N missing; promptledger --help lists what there is"},
      {{"serve", "--http-port", "1", "--http-port", "2"}, "--http-port: At Most 1 required but received 2; promptledger --help lists what there is"},
      {{"load"}, "WHAT is missing; promptledger load --help lists what there is"},
      {{"load", "history"}, "FILE is missing; promptledger load --help lists what there is"},
      {{"load", "future", "f"}, "WHAT: \"future\" is not one of history"},
      {{"load", "history", "f", "--times", "6"}, "--times: \"6\" is not a whole number from 1 to 5"},
      {{"load", "history", "f", "--times", "2x"}, "--times: \"2x\" is not a whole number from 1 to 5"},
      {{"load", "history", "f", "--dry=false"}, "--dry takes no value"},
      {{"load", "history", "f", "g"}, "unexpected argument \"g\"; promptledger load --help lists what there is"},
      {{"load", "history", "f", "--http-port", "1"}, "unknown option --http-port; promptledger load --help lists what there is"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.why);
    const auto result = parsed(c.words);
    REQUIRE(std::holds_alternative<Refused>(result));
    CHECK(std::get<Refused>(result).why == c.why);
  }
}

TEST_CASE("help tells every subcommand, and of each its arguments and settings with their defaults") {
  const std::string help = shown({"--help"});
  for (const auto& subcommand : kSubcommands) CHECK((has(help, subcommand.name) && has(help, subcommand.summary)));
  const std::string serve = shown({"serve", "--help"});
  for (const auto& row : config::table()) {
    CAPTURE(row.name);
    const bool used = row.section == config::Section::http || row.section == config::Section::kafka || row.section == config::Section::postgres;
    CHECK(has(serve, row.flag() + ' ' + row.value_name) == used);
    CHECK(has(serve, row.help) == used);
  }
  CHECK(has(serve, "(default 5110)"));
  CHECK(has(serve, "PROMPTLEDGER_SOME_NAME"));
  const std::string load = shown({"load", "--help"});
  for (const auto& argument : kSubcommands[1].arguments) CHECK(has(load, argument.help));
  CHECK(has(load, "(default 3)"));
  CHECK(shown({"--version"}) == "promptledger 1.2.3\n");
}

TEST_CASE("every subcommand of the product can be asked for help") {
  std::set<std::string> names;
  for (const Subcommand& subcommand : subcommands()) {
    CAPTURE(subcommand.name);
    CHECK(names.insert(subcommand.name).second);
    const auto help = parse({subcommand.name, "--help"}, subcommands(), "1");
    REQUIRE(std::holds_alternative<Shown>(help));
    CHECK(has(std::get<Shown>(help).text, subcommand.summary));
    CHECK(static_cast<bool>(subcommand.run));
    // A default must be a value that would be taken.
    for (const Argument& argument : subcommand.arguments) {
      CAPTURE(argument.name);
      if (argument.usual && !argument.choices.empty()) CHECK(std::ranges::count(argument.choices, *argument.usual) == 1);
      if (argument.usual && argument.range) {
        CHECK(std::stol(*argument.usual) >= argument.range->least);
        CHECK(std::stol(*argument.usual) <= argument.range->most);
      }
    }
  }
}

TEST_CASE("the program runs what it is told, with the settings it is given") {
  const Ran done = ran({"serve", "--http-port", "81"}, {{"PROMPTLEDGER_HTTP_PORT", "82"}});
  CHECK(done.status == ExitStatus::done);
  CHECK(done.out == "port 81\n");
  CHECK(done.err.empty());
}

TEST_CASE("what was misused ends with status 2 and says all that is wrong, without any secret") {
  const Ran refused = ran({"serve", "--http-port", "x", "--postgres", "me:hunter2@db"}, {{"PROMPTLEDGER_HTP_PORT", "1"}});
  CHECK(static_cast<int>(refused.status) == 2);
  CHECK(refused.out.empty());
  CHECK(refused.err ==
        "promptledger: --postgres: the value is not a URL that begins with postgresql://\n"
        "promptledger: --http-port: \"x\" is not a whole number from 0 to 65535\n"
        "promptledger: environment variable PROMPTLEDGER_HTP_PORT is not a setting; did you mean PROMPTLEDGER_HTTP_PORT? Unset it; promptledger up --help lists all settings\n");
  const Ran unknown = ran({"nothing"});
  CHECK(static_cast<int>(unknown.status) == 2);
  CHECK(unknown.err == "promptledger: unknown subcommand \"nothing\"; promptledger --help lists them\n");
}

TEST_CASE("an exception ends the program with status 1") { CHECK(static_cast<int>(ran({"load", "history", "f"}).status) == 1); }

TEST_CASE("help goes to standard output and ends with status 0") {
  const Ran help = ran({"--help"});
  CHECK(static_cast<int>(help.status) == 0);
  CHECK(has(help.out, "serve"));
  CHECK(help.err.empty());
}
