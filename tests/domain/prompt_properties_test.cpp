#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <map>
#include <set>

#include "commands/access/commands.hpp"
#include "domain/prompt/template.hpp"
#include "tests/domain/event_dump.hpp"
#include "tests/support/random_workspace.hpp"

using namespace ledger;
using namespace ledger::prompt;

namespace {

void check_prompt(const State& state) {
  for (std::size_t i = 0; i < state.versions.size(); ++i) {
    const Version& version = *state.versions[i];
    RC_ASSERT(version.number == i + 1);
    std::set<std::string> declared;
    for (const auto& variable : version.content->variables) RC_ASSERT(declared.insert(variable.name).second);
    const auto used = variable_names(version.content->body, version.content->syntax);
    RC_ASSERT((declared == std::set<std::string>(used.begin(), used.end())));
    if (const auto* text = std::get_if<Text>(&version.content->body)) {
      RC_ASSERT(parse_template(text->text, version.content->syntax).errors.empty());
    }
  }
  for (const auto& [label, number] : state.labels) {
    RC_ASSERT(state.find_version(number) != nullptr);
    const auto periods = label_history(state, label);
    RC_ASSERT(!periods.empty());
    RC_ASSERT(!periods.back().until.has_value());
    RC_ASSERT(periods.back().version == number);
  }
  RC_ASSERT(!state.exists() || state.latest() >= 1);
}

// Names are unique among prompts that are not deleted, and the tag's events tell who holds them.
void check_names(const RandomWorkspace& workspace) {
  std::map<Name, std::string> held;
  for (std::size_t at = 0; at < RandomWorkspace::kPrompts; ++at) {
    const State& state = workspace.prompts()[at];
    if (!state.exists()) continue;
    if (!state.deleted()) RC_ASSERT(held.emplace(state.name, RandomWorkspace::id(at)).second);
  }
  for (const State& state : workspace.prompts()) {
    if (!state.exists()) continue;
    const auto found = held.find(state.name);
    RC_ASSERT((workspace.holder(state.name) == (found == held.end() ? std::nullopt : std::optional{found->second})));
  }
}

// What was stored, read again by the codec and the envelope, adds up to the same.
void check_replay(const RandomWorkspace& workspace) {
  std::array<State, RandomWorkspace::kPrompts> replayed;
  settings::State replayed_settings;
  for (const auto& recorded : workspace.log()) {
    const SealedEvent sealed = seal(recorded);
    auto opened = open(sealed.headers, sealed.value);
    RC_ASSERT(opened.has_value());
    opened->meta.recorded_at = recorded.meta.recorded_at;  // the link's part
    RC_ASSERT((*opened == recorded));
    if (recorded.stream.kind == settings::kStreamKind) {
      replayed_settings = settings::apply(std::move(replayed_settings), *opened).value();
      RC_ASSERT(replayed_settings.version == recorded.sequence);
    } else {
      State& state = replayed[static_cast<std::size_t>(std::stoi(recorded.stream.id.substr(1)))];
      state = apply(std::move(state), *opened).value();
      RC_ASSERT(state.version == recorded.sequence);
    }
  }
  RC_ASSERT((replayed == workspace.prompts()));
  RC_ASSERT((replayed_settings == workspace.workspace_settings()));
}

template <class E>
void check_codec(const E& event, Result<E, std::string> (*decode_text)(std::string_view, std::string_view)) {
  const EncodedEvent encoded = encode(event);
  const auto decoded = decode_text(encoded.type, encoded.data);
  RC_ASSERT(decoded.has_value());
  RC_ASSERT((*decoded == event));
  RC_ASSERT((encode(*decoded) == encoded));
  dump_event(encoded);
}

}  // namespace

TEST_CASE("random commands leave a workspace whole") {
  CHECK(rc::check("random commands", [] {
    // Long enough for prompts to grow old, whatever size rapidcheck is at.
    const auto seeds = *rc::gen::resize(200, rc::gen::arbitrary<std::vector<std::uint32_t>>());
    RandomWorkspace workspace;
    for (const std::uint32_t seed : seeds) {
      RandomWorkspace again = workspace;
      const auto decision = workspace.take(seed);
      RC_ASSERT((again.take(seed) == decision));
      RC_ASSERT((again.prompts() == workspace.prompts()));
      if (!decision) {
        RC_ASSERT(!decision.error().detail.empty());
        RC_ASSERT((decision.error().code == Code::invalid) == !decision.error().errors.empty());
        continue;
      }
      if (!*decision) continue;
      std::visit(Overloaded{
                     [](const Event& event) { check_codec<Event>(event, prompt::decode); },
                     [](const settings::Event& event) { check_codec<settings::Event>(event, settings::decode); },
                 },
                 **decision);
    }
    for (const State& state : workspace.prompts()) check_prompt(state);
    check_names(workspace);
    check_replay(workspace);
  }));
}

TEST_CASE("random workspaces and keys come back from their codecs") {
  CHECK(rc::check("workspaces and keys", [](const std::uint32_t seed, const bool revoke) {
    RandomCommands random{seed};
    const auto created = workspace::decide({}, workspace::CreateWorkspace{random.name()}, {});
    if (created) check_codec<workspace::Event>(**created, workspace::decode);

    const api_key::CreateApiKey command{.public_id = "plp_" + std::to_string(seed),
                                        .name = random.name(),
                                        .secret_sha256 = std::string(64, "0f"[random.below(2)]),
                                        .workspace = "w1",
                                        .role = static_cast<access::Role>(random.below(4)),
                                        .actor = random.name()};
    const auto key = api_key::decide({}, command, {.workspace_exists = true});
    if (!key) return;
    check_codec<api_key::Event>(**key, api_key::decode);
    const auto state = api_key::evolve({}, **key, spec::meta_at(0));
    if (revoke) check_codec<api_key::Event>(*api_key::decide(state, api_key::RevokeApiKey{}).value(), api_key::decode);
  }));
}

TEST_CASE("whatever text a template is, it is read, and its pieces are the text") {
  CHECK(rc::check("templates", [](const std::vector<std::uint8_t>& choices) {
    const std::string_view fragments[] = {"{", "}", "{{", "}}", "a", " ", "1", "\n", "é", "{{a}}"};
    std::string text;
    for (const auto choice : choices) text += fragments[choice % std::size(fragments)];
    const auto strict = parse_template(text, Syntax::strict);
    const auto lenient = parse_template(text, Syntax::lenient);
    RC_ASSERT(strict.pieces.size() == lenient.pieces.size());
    std::string rest = text;
    for (const auto& piece : lenient.pieces) {
      if (const auto* literal = std::get_if<Literal>(&piece)) {
        RC_ASSERT(rest.starts_with(literal->text));
        rest.erase(0, literal->text.size());
      } else {
        RC_ASSERT(rest.starts_with("{{"));
        RC_ASSERT(is_variable_name(std::get<Reference>(piece).name));
        rest.erase(0, rest.find("}}") + 2);
      }
    }
    RC_ASSERT(rest.empty());
  }));
}
