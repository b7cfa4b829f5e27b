#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>

#include "domain/prompt/blame.hpp"
#include "tests/support/prompt_examples.hpp"
#include "tests/support/random_workspace.hpp"

using namespace ledger;
using namespace ledger::prompt;

namespace {

using Versions = std::vector<std::shared_ptr<const Version>>;

void add(Versions& versions, Body body, std::optional<VersionNumber> parent = {}) {
  Version version;
  version.number = static_cast<VersionNumber>(versions.size()) + 1;
  version.content = std::make_shared<const Content>(Content{.body = std::move(body), .variables = {}, .config = {"{}"}, .syntax = Syntax::lenient});
  version.parent_version = parent ? parent : version.number > 1 ? std::optional{version.number - 1} : std::nullopt;
  versions.push_back(std::make_shared<const Version>(std::move(version)));
}

// "line <- prompt:version", top to bottom.
std::vector<std::string> told(const std::vector<BlamedLine>& lines) {
  std::vector<std::string> out;
  for (const auto& [line, prompt, version] : lines) out.push_back(line.text + " <- " + prompt + ":" + std::to_string(version->number));
  return out;
}

using Told = std::vector<std::string>;

// What blame promises of any version of any prompt.
void check_lines(const std::vector<BlamedLine>& blamed, const Version& version) {
  std::vector<ContentLine> lines;
  for (const auto& one : blamed) lines.push_back(one.line);
  RC_ASSERT((lines == lines_of(version.content->body)));
  for (const auto& one : blamed) {
    const auto written = lines_of(one.version->content->body);
    RC_ASSERT(std::ranges::any_of(written, [&](const ContentLine& line) { return line.part == one.line.part && line.text == one.line.text; }));
  }
}

}  // namespace

TEST_CASE("a line belongs to the version that wrote it, until it is written anew") {
  Versions versions;
  add(versions, Text{"one\ntwo\nthree"});
  add(versions, Text{"one\n2\nthree\n"});
  add(versions, Text{"zero\none\n2\nthree\nfour"});
  CHECK(told(blame("p", versions, 1)) == Told{"one <- p:1", "two <- p:1", "three <- p:1"});
  CHECK(told(blame("p", versions, 3)) == Told{"zero <- p:3", "one <- p:1", "2 <- p:2", "three <- p:1", "four <- p:3"});
}

TEST_CASE("a rollback wrote nothing, and neither did who put an old text in again") {
  Versions versions;
  add(versions, Text{"one\ntwo"});
  add(versions, Text{"other"});
  add(versions, Text{"one\ntwo"});   // made from version 2
  add(versions, Text{"one\ntwo\nthree"});
  CHECK(told(blame("p", versions, 3)) == Told{"one <- p:1", "two <- p:1"});
  CHECK(told(blame("p", versions, 4)) == Told{"one <- p:1", "two <- p:1", "three <- p:4"});
}

TEST_CASE("a version is compared with the one it was made from, not with the one before") {
  Versions versions;
  add(versions, Text{"one"});
  add(versions, Text{"another"});
  add(versions, Text{"one\nmore"}, 1);
  CHECK(told(blame("p", versions, 3)) == Told{"one <- p:1", "more <- p:3"});
}

TEST_CASE("what a fork began with belongs to the prompt it was forked from") {
  Versions original, fork;
  add(original, Text{"one"});
  add(original, Text{"one\ntwo"});
  add(fork, Text{"one\ntwo"});
  add(fork, Text{"one\ntwo\nthree"});
  CHECK(told(blame("fork", fork, 2, blame("original", original, 2))) == Told{"one <- original:1", "two <- original:2", "three <- fork:2"});
}

TEST_CASE("the lines of a chat are its roles, texts and placeholders, and may move to other messages") {
  Versions versions;
  add(versions, Chat{{Message{"system", "be kind\nbe brief"}, Message{"user", "{{question}}"}}});
  add(versions, Chat{{Message{"system", "be kind\nbe brief"}, Placeholder{"history"}, Message{"assistant", "{{question}}"}}});
  CHECK(told(blame("p", versions, 2)) == Told{"system <- p:1", "be kind <- p:1", "be brief <- p:1", "history <- p:2", "assistant <- p:2", "{{question}} <- p:1"});
  const auto last = blame("p", versions, 2).back();
  CHECK(last.line.message == 2);
  CHECK(last.line.part == LinePart::text);
  CHECK(blame("p", versions, 2)[3].line.part == LinePart::placeholder);
}

TEST_CASE("a text without lines has none") {
  Versions versions;
  add(versions, Text{""});
  CHECK(blame("p", versions, 1).empty());
  CHECK(lines_of(Text{"\n"}) == std::vector<ContentLine>{{std::nullopt, LinePart::text, ""}});
}

TEST_CASE("whatever is edited, every line is the version's own, and stands in the version that is blamed for it") {
  CHECK(rc::check("edits", [](const std::vector<std::vector<std::uint8_t>>& edits) {
    Versions versions;
    for (const auto& edit : edits) {
      std::string text;
      for (const auto line : edit) text += std::string(1, static_cast<char>('a' + line % 5)) + "\n";
      const auto parent = versions.empty() || edit.empty() ? 0 : edit.front() % versions.size() + 1;
      add(versions, Text{text}, parent == 0 ? std::nullopt : std::optional{static_cast<VersionNumber>(parent)});
      check_lines(blame("p", versions, static_cast<VersionNumber>(versions.size())), *versions.back());
    }
  }));
}

TEST_CASE("in a random workspace with forks and rollbacks, too") {
  CHECK(rc::check("workspaces", [](const std::vector<std::uint32_t>& seeds) {
    RandomWorkspace workspace;
    for (const auto seed : seeds) (void)workspace.take(seed);
    std::map<std::string, const State*> by_id;
    for (std::size_t at = 0; at < RandomWorkspace::kPrompts; ++at) by_id[RandomWorkspace::id(at)] = &workspace.prompts()[at];
    for (const auto& [id, state] : by_id) {
      std::vector<BlamedLine> began;
      if (state->forked_from) began = blame(state->forked_from->prompt, by_id.at(state->forked_from->prompt)->versions, state->forked_from->version);
      for (const auto& version : state->versions) {
        const auto lines = blame(id, state->versions, version->number, began);
        check_lines(lines, *version);
        if (!version->rolled_back_to) continue;
        RC_ASSERT(told(lines) == told(blame(id, state->versions, *version->rolled_back_to, began)));
      }
    }
  }));
}
