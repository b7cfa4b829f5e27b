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

// Evenly, also in RapidCheck's first runs, which would rather have small numbers.
std::size_t below(std::size_t bound) { return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::size_t>(0, bound)); }

template <class T>
T one_of(std::vector<T> from) {
  return from[below(from.size())];
}

// What would be refused is rare, or hardly anything would happen.
bool seldom() { return below(16) == 0; }

PersonalText some_text(const std::string& plain) { return one_of<PersonalText>({{plain, {}}, {plain, {}}, {"AAECAwQFBgcICQoLyv66vg", "u-1"}}); }

Ending some_ending(bool failed) {
  Ending ending;
  ending.output = one_of<PersonalText>({{}, some_text("é😀 \"quoted\"\n")});
  ending.usage.tokens = one_of<decltype(TokenUsage::tokens)>({{}, {{"input", 12}}, {{"input", 1}, {"cached_input", 3}, {"output", 700}}});
  ending.usage.cost = one_of<decltype(TokenUsage::cost)>({{}, {{"output", Money{1}}}});
  ending.cost = seldom() ? Money{-1} : one_of<Money>({{}, {4'200}});
  ending.latency_ms = seldom() ? std::optional<std::uint32_t>{0} : one_of<std::optional<std::uint32_t>>({std::nullopt, 1, 840});
  if (failed != seldom()) ending.error = "quota";
  return ending;
}

Checked some_check() {
  if (below(2) == 0) return {one_of<Validation>({Validation::passed, Validation::failed}), JsonText{"[1,null]"}};
  return {one_of<Validation>({Validation::pending, Validation::passed, Validation::failed, Validation::skipped}), seldom() ? std::optional(JsonText{"1"}) : std::nullopt};
}

// There when it should be, and late enough.
std::optional<Timestamp> some_time(bool wanted, std::size_t after) {
  if (wanted == seldom()) return std::nullopt;
  return spec::meta_at(seldom() ? 0 : after).occurred_at;
}

Record some_record() {
  Record command;
  command.request = {.request_id = seldom() ? "" : "r-é", .prompt = "p1", .version = 2, .label = one_of<std::string>({"", "production"}), .ab_test = one_of<std::string>({"", "t"}),
                     .priority = one_of<Priority>({Priority::low, Priority::critical}), .provider = one_of<std::string>({"", "gemini"}), .model = seldom() ? "" : "m",
                     .inputs = some_text(one_of<std::string>({"{}", R"({"a":[1.5,"é"]})", R"({"a":{}})"})), .context = {"{}"}, .user = one_of<std::string>({"", "u-1"}),
                     .session = "", .trace_id = one_of<std::string>({"", "4bf9"}), .edge_function_id = ""};
  command.status = one_of<Status>({Status::pending, Status::pending, Status::pending, Status::running, Status::completed, Status::failed, Status::cancelled});
  const bool ended = has_ended(command.status);
  command.created_at = some_time(below(2) == 0, 0);
  command.started_at = some_time(command.status != Status::pending, 1);
  command.completed_at = some_time(ended, 2);
  if (ended != seldom()) command.ending = some_ending(command.status == Status::failed);
  if (ended) command.checked = some_check();
  return command;
}

AnyCommand some_command() {
  switch (below(10)) {
    case 0:
    case 1: return some_record();
    case 2:
    case 3: return Start{};
    case 4:
    case 5: return Complete{some_ending(false)};
    case 6: return Fail{some_ending(true)};
    case 7: return Cancel{};
    case 8: return Validate{some_check()};
    default: return AppendLog{one_of<LogLevel>({LogLevel::debug, LogLevel::error}), seldom() ? "" : "é\n", {"{}"}};
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

void live_one_life() {
  State state, replayed;
  std::size_t events = 0;
  for (std::size_t n = 5 + below(20); n > 0; --n) {
    const AnyCommand command = some_command();
    const Meta meta = spec::meta_at(seldom() ? 0 : 3 + events);
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
}

}  // namespace

TEST_CASE("random commands on an execution break none of its rules, and what they make is read back the same") {
  CHECK(rc::check("random lives", [] {
    for (int n = 0; n < 8; ++n) live_one_life();
  }));
}
