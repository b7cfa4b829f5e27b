#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "commands/prompt/decide.hpp"
#include "domain/prompt/codec.hpp"
#include "domain/prompt/name_holder.hpp"
#include "domain/settings/settings.hpp"
#include "tests/support/random_commands.hpp"
#include "tests/support/spec.hpp"

namespace ledger::prompt {

// A workspace of a few prompts that takes commands the way a partition writer does: decides on all that happened, names
// included, and keeps every event as the log would.
class RandomWorkspace {
 public:
  static constexpr std::size_t kPrompts = 4;

  // Decides the seed's command on one of the prompts; what it made has happened when this returns.
  Decision<std::variant<Event, settings::Event>> take(std::uint32_t seed) {
    RandomCommands random{seed};
    const std::size_t at = random.below(kPrompts);
    const access::Role role = random.one_in(2) ? access::Role::editor : access::Role::publisher;
    const std::size_t source = random.below(kPrompts);
    const bool expected_given = random.one_in(2);
    const auto command = random.command();
    if (const auto* protect = std::get_if<settings::ProtectLabel>(&command))
      return keep(settings::decide(settings_, *protect));

    const State& state = prompts_[at];
    const LabelRules labels{role, settings_.protected_labels};
    const auto holder_of = [&](const std::optional<Name>& name) { return name ? holder(*name) : std::nullopt; };
    return keep(
        at, std::visit(Overloaded{
                           [&](const CreatePrompt& c) {
                             return decide(state, c, CreateContext{holder_of(wanted_name(state, c)), labels});
                           },
                           [&](const ForkPrompt& c) {
                             const State& from = prompts_[source];
                             return decide(state, c, ForkContext{holder_of(wanted_name(from, c)), id(source), from});
                           },
                           [&](const ChangePrompt& c) {
                             return decide(state, c, ChangeContext{holder_of(wanted_name(state, c))});
                           },
                           [&](const AddVersion& c) { return decide(state, c, AddVersionContext{expected_given}); },
                           [&](const RollBack& c) { return decide(state, c, NoContext{}); },
                           [&](const MoveLifecycle& c) { return decide(state, c, NoContext{}); },
                           [&](const MoveLabel& c) { return decide(state, c, LabelContext{labels}); },
                           [&](const RemoveLabel& c) { return decide(state, c, LabelContext{labels}); },
                           [&](const DeletePrompt& c) { return decide(state, c, NoContext{}); },
                           [&](const RestorePrompt& c) {
                             return decide(state, c, RestoreContext{holder_of(wanted_name(state, c))});
                           },
                           [](const settings::ProtectLabel&) -> Decision<Event> { return std::nullopt; },
                       },
                       command));
  }

  static std::string id(std::size_t at) { return "p" + std::to_string(at); }
  const std::array<State, kPrompts>& prompts() const { return prompts_; }
  const settings::State& workspace_settings() const { return settings_; }
  const std::vector<RecordedEvent>& log() const { return log_; }

  // From the events under the name's tag alone.
  std::optional<std::string> holder(const Name& name) const {
    NameHolder fold{name, std::nullopt};
    for (const auto& recorded : log_) {
      if (std::find(recorded.tags.begin(), recorded.tags.end(), name_tag(name)) == recorded.tags.end()) continue;
      fold = apply(std::move(fold), recorded).value();
    }
    return fold.prompt;
  }

 private:
  using Taken = Decision<std::variant<Event, settings::Event>>;

  template <class E>
  void record(std::string_view kind, std::string stream, std::uint64_t sequence, const E& event) {
    RecordedEvent recorded;
    const EncodedEvent encoded = encode(event);
    recorded.type = encoded.type;
    recorded.data = encoded.data;
    recorded.stream = {std::string{kind}, std::move(stream)};
    recorded.sequence = sequence;
    recorded.meta = spec::meta_at(log_.size());
    recorded.tags = tags_of(event);
    recorded.partition_key = "ws/w1";
    log_.push_back(std::move(recorded));
  }

  Taken keep(std::size_t at, Decision<Event> decision) {
    if (!decision) return tl::unexpected(decision.error());
    if (!*decision) return std::nullopt;
    record(kStreamKind, id(at), prompts_[at].version + 1, **decision);
    prompts_[at] = evolve(std::move(prompts_[at]), **decision, log_.back().meta);
    return std::variant<Event, settings::Event>{**decision};
  }

  Taken keep(Decision<settings::Event> decision) {
    if (!decision) return tl::unexpected(decision.error());
    if (!*decision) return std::nullopt;
    record(settings::kStreamKind, "w1", settings_.version + 1, **decision);
    settings_ = settings::evolve(std::move(settings_), **decision, log_.back().meta);
    return std::variant<Event, settings::Event>{**decision};
  }

  std::array<State, kPrompts> prompts_;
  settings::State settings_;
  std::vector<RecordedEvent> log_;
};

}  // namespace ledger::prompt
