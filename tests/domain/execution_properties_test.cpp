#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <variant>

#include "commands/execution/commands.hpp"
#include "domain/execution/codec.hpp"
#include "tests/domain/event_dump.hpp"
#include "tests/support/spec.hpp"

using namespace ledger;
using namespace ledger::execution;

namespace {

using AnyCommand = std::variant<Record, Start, Complete, Fail, Cancel, Validate, AppendLog>;
constexpr RecordContext kKnown{.prompt_exists = true, .version_exists = true};

template <class T>
T one_of(std::vector<T> from) {
  return from[*rc::gen::inRange<std::size_t>(0, from.size())];
}

PersonalText some_text(const std::string& plain) { return one_of<PersonalText>({{plain, {}}, {plain, {}}, {"AAECAwQFBgcICQoLyv66vg", "u-1"}}); }

Ending some_ending(bool failed) {
  Ending ending;
  ending.output = one_of<PersonalText>({{}, some_text("é😀 \"quoted\"\n")});
  ending.usage.tokens = one_of<decltype(TokenUsage::tokens)>({{}, {{"input", 12}}, {{"input", 1}, {"cached_input", 3}, {"output", 700}}});
  ending.usage.cost = one_of<decltype(TokenUsage::cost)>({{}, {{"output", Money{1}}}});
  ending.cost = one_of<Money>({{}, {4'200}, {-1}});
  ending.latency_ms = one_of<std::optional<std::uint32_t>>({std::nullopt, 0, 1, 840});
  if (failed || *rc::gen::inRange(0, 8) == 0) ending.error = "quota";
  return ending;
}

Checked some_check() { return {one_of<Validation>({Validation::pending, Validation::passed, Validation::failed, Validation::skipped}), one_of<std::optional<JsonText>>({std::nullopt, JsonText{"[1,null]"}})}; }

std::optional<Timestamp> some_time() {
  return one_of<std::optional<Timestamp>>({std::nullopt, spec::meta_at(0).occurred_at, spec::meta_at(1).occurred_at, spec::meta_at(2).occurred_at});
}

Record some_record() {
  Record command;
  command.request = {.request_id = one_of<std::string>({"r", "", "r-é"}), .prompt = "p1", .version = 2, .label = one_of<std::string>({"", "production"}), .ab_test = one_of<std::string>({"", "t"}),
                     .priority = one_of<Priority>({Priority::low, Priority::critical}), .provider = one_of<std::string>({"", "gemini"}), .model = one_of<std::string>({"m", "m", "m", ""}),
                     .inputs = some_text(one_of<std::string>({"{}", R"({"a":[1.5,"é"]})", R"({"a":{}})"})), .context = {"{}"}, .user = one_of<std::string>({"", "u-1"}),
                     .session = "", .trace_id = one_of<std::string>({"", "4bf9"}), .edge_function_id = ""};
  command.status = one_of<Status>({Status::pending, Status::pending, Status::pending, Status::running, Status::completed, Status::failed, Status::cancelled});
  if (command.status == Status::pending && *rc::gen::inRange(0, 4) != 0) return command;
  command.created_at = some_time();
  command.started_at = some_time();
  command.completed_at = some_time();
  command.ending = some_ending(command.status == Status::failed);
  command.checked = some_check();
  return command;
}

AnyCommand some_command() {
  switch (*rc::gen::inRange(0, 10)) {
    case 0:
    case 1: return some_record();
    case 2:
    case 3: return Start{};
    case 4:
    case 5: return Complete{some_ending(false)};
    case 6: return Fail{some_ending(true)};
    case 7: return Cancel{};
    case 8: return Validate{some_check()};
    default: return AppendLog{one_of<LogLevel>({LogLevel::debug, LogLevel::error}), one_of<std::string>({"a line", "é\n", ""}), {"{}"}};
  }
}

Decision<Event> decide_any(const State& state, const AnyCommand& command, Timestamp at) {
  return std::visit(Overloaded{
                        [&](const Record& record) { return decide(state, record, kKnown, at); },
                        [&](const auto& other) { return decide(state, other, at); },
                    },
                    command);
}

// What the API promises of every execution, whatever was asked of it.
void check_rules(const State& state) {
  const bool begun = state.status != Status::pending;
  RC_ASSERT((begun == state.started_at.has_value()));
  RC_ASSERT((has_ended(state.status) == state.completed_at.has_value()));
  if (state.completed_at) RC_ASSERT((*state.completed_at >= *state.started_at));
  if (state.started_at) RC_ASSERT((*state.started_at >= state.created_at));
  RC_ASSERT(state.ending.cost.micros >= 0);
  if (state.ending.latency_ms) RC_ASSERT(*state.ending.latency_ms > 0);
  if (state.status == Status::completed || state.status == Status::failed) RC_ASSERT(state.ending.latency_ms.has_value());
  RC_ASSERT(((state.status == Status::failed) == !state.ending.error.empty()));
}

}  // namespace

TEST_CASE("random commands on an execution break none of its rules, and what they make is read back the same") {
  CHECK(rc::check("random commands", [] {
    State state, replayed;
    std::size_t events = 0;
    for (int n = *rc::gen::inRange(1, 25); n > 0; --n) {
      const AnyCommand command = some_command();
      const Meta meta = spec::meta_at(static_cast<std::size_t>(*rc::gen::inRange(0, 4)));
      const auto decision = decide_any(state, command, meta.occurred_at);
      RC_ASSERT((decision == decide_any(state, command, meta.occurred_at)));
      if (!decision || !*decision) continue;
      const EncodedEvent encoded = encode(**decision);
      const auto decoded = decode(encoded.type, encoded.data);
      RC_ASSERT(decoded.has_value());
      RC_ASSERT((*decoded == **decision));
      RC_ASSERT((encode(*decoded) == encoded));
      dump_event(encoded);
      state = evolve(std::move(state), **decision, meta);
      replayed = evolve(std::move(replayed), *decoded, meta);
      RC_ASSERT((state == replayed));
      RC_ASSERT(state.version == ++events);
      check_rules(state);
    }
  }));
}
