#include "commands/prompt/propose.hpp"

#include <utility>

#include "commands/folds.hpp"
#include "commands/prompt/decide.hpp"
#include "commands/verdict.hpp"
#include "domain/partition_key.hpp"
#include "domain/prompt/codec.hpp"
#include "domain/prompt/name_holder.hpp"
#include "domain/prompt/state.hpp"
#include "domain/settings/settings.hpp"

namespace ledger::prompt {
namespace {

using SeenAll = std::vector<Seen>;

Read read_prompt(const Caller& caller, const std::string& id) {
  return folds::of_stream(folds::prompt, workspace_partition_key(caller.workspace), {std::string(kStreamKind), id});
}

Read read_settings(const Caller& caller) {
  return folds::of_stream(folds::settings, workspace_partition_key(caller.workspace), {std::string(settings::kStreamKind), caller.workspace});
}

std::vector<Read> read_holder(const Caller& caller, const std::optional<Name>& name) {
  if (!name) return {};
  return {folds::of_tag(folds::name_holder, workspace_partition_key(caller.workspace), name_tag(*name))};
}

// Who holds the wanted name: the last thing seen, if a name was wanted at all.
std::optional<std::string> holder_in(const SeenAll& seen, std::size_t reads) {
  return seen.size() > reads ? seen.back().as<NameHolder>().prompt : std::nullopt;
}

LabelRules label_rules(const Caller& caller, const Seen& settings) { return {caller.role, settings.as<settings::State>().protected_labels}; }

// Of a deleted prompt only one thing may be expected: that it is restored. All else finds nothing, whatever version was expected.
enum class Gone : std::uint8_t { is_gone, can_be_meant };

// The part that all commands share: the stream's own state first, what is wrong with the caller, what he expects, then the decision.
template <class Decide>
Proposal on_prompt(const std::string& id, const Caller& caller, const Decide& decide_on, Gone gone = Gone::is_gone) {
  Proposal proposal = proposal_of(caller, workspace_partition_key(caller.workspace), {std::string(kStreamKind), id});
  proposal.reads.push_back(read_prompt(caller, id));
  proposal.decide = [decide_on, caller, gone](const SeenAll& seen) -> Verdict {
    if (auto wrong = check_meta(caller.meta())) return tl::unexpected(std::move(*wrong));
    const State& state = seen.front().as<State>();
    if (state.exists() && (!state.deleted() || gone == Gone::can_be_meant)) {
      if (auto stale = check_expected(state.version, caller.expected)) return tl::unexpected(std::move(*stale));
    }
    return to_verdict(Decision<Event>(decide_on(state, seen)), encode, tags_of);
  };
  return proposal;
}

template <class Command>
Proposal plain(const std::string& id, Command command, const Caller& caller) {
  return on_prompt(id, caller, [command = std::move(command)](const State& state, const SeenAll&) { return decide(state, command, NoContext{}); });
}

// Commands on labels look at which labels are protected.
template <class Command>
Proposal with_labels(const std::string& id, Command command, const Caller& caller) {
  auto proposal = on_prompt(id, caller, [command = std::move(command), caller](const State& state, const SeenAll& seen) {
    return decide(state, command, LabelContext{label_rules(caller, seen[1])});
  });
  proposal.reads.push_back(read_settings(caller));
  return proposal;
}

// Commands that may take a name look at who holds it; which name that is, the state may have to say.
template <class Context, class Command>
Proposal with_name(const std::string& id, Command command, const Caller& caller, Gone gone = Gone::is_gone) {
  const auto decide_on = [command](const State& state, const SeenAll& seen) { return decide(state, command, Context{holder_in(seen, 1)}); };
  auto proposal = on_prompt(id, caller, decide_on, gone);
  proposal.reads_then = [command = std::move(command), caller](const SeenAll& seen) {
    return read_holder(caller, wanted_name(seen.front().as<State>(), command));
  };
  return proposal;
}

}  // namespace

Proposal propose(const std::string& prompt_id, CreatePrompt command, const Caller& caller) {
  // What does not exist yet has no say in its name: who holds it is read together with the rest.
  auto holder = read_holder(caller, wanted_name(State{}, command));
  auto proposal = on_prompt(prompt_id, caller, [command = std::move(command), caller](const State& state, const SeenAll& seen) {
    return decide(state, command, CreateContext{holder_in(seen, 2), label_rules(caller, seen[1])});
  });
  proposal.reads.push_back(read_settings(caller));
  for (auto& read : holder) proposal.reads.push_back(std::move(read));
  return proposal;
}

Proposal propose(const std::string& prompt_id, const std::string& source_id, ForkPrompt command, const Caller& caller) {
  auto proposal = on_prompt(prompt_id, caller, [command, source_id](const State& state, const SeenAll& seen) {
    return decide(state, command, ForkContext{holder_in(seen, 2), source_id, seen[1].as<State>()});
  });
  proposal.reads.push_back(read_prompt(caller, source_id));
  proposal.reads_then = [command = std::move(command), caller](const SeenAll& seen) {
    return read_holder(caller, wanted_name(seen[1].as<State>(), command));
  };
  return proposal;
}

Proposal propose(const std::string& prompt_id, ChangePrompt command, const Caller& caller) {
  return with_name<ChangeContext>(prompt_id, std::move(command), caller);
}

Proposal propose(const std::string& prompt_id, RestorePrompt command, const Caller& caller) {
  return with_name<RestoreContext>(prompt_id, command, caller, Gone::can_be_meant);
}

Proposal propose(const std::string& prompt_id, AddVersion command, const Caller& caller) {
  return on_prompt(prompt_id, caller, [command = std::move(command), given = caller.expected.has_value()](const State& state, const SeenAll&) {
    return decide(state, command, AddVersionContext{given});
  });
}

Proposal propose(const std::string& prompt_id, RollBack command, const Caller& caller) { return plain(prompt_id, std::move(command), caller); }
Proposal propose(const std::string& prompt_id, MoveLifecycle command, const Caller& caller) { return plain(prompt_id, command, caller); }
Proposal propose(const std::string& prompt_id, MoveLabel command, const Caller& caller) { return with_labels(prompt_id, std::move(command), caller); }
Proposal propose(const std::string& prompt_id, RemoveLabel command, const Caller& caller) { return with_labels(prompt_id, std::move(command), caller); }
Proposal propose(const std::string& prompt_id, DeletePrompt command, const Caller& caller) { return plain(prompt_id, command, caller); }

}  // namespace ledger::prompt
