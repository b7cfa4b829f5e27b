#include <utility>

#include "domain/prompt/codec.hpp"
#include "domain/prompt/state.hpp"

namespace ledger::prompt {
namespace {

void add_version(State& state, const NewVersion& version, std::optional<VersionNumber> rolled_back_to,
                 const Meta& meta) {
  state.versions.push_back(std::make_shared<const Version>(Version{
      .number = version.number,
      .content = version.content,
      .source = version.source,
      .parent_version = version.parent_version,
      .explanation = version.explanation,
      .change_log = version.change_log,
      .rolled_back_to = rolled_back_to,
      .author = meta.actor,
      .created_at = meta.occurred_at,
      .reason = meta.reason,
  }));
}

void note_label(State& state, const std::string& label, std::optional<VersionNumber> version, const Meta& meta) {
  state.label_moves.push_back(
      std::make_shared<const LabelMove>(LabelMove{label, version, meta.occurred_at, meta.actor, meta.reason}));
}

void set_label(State& state, const std::string& label, VersionNumber version, const Meta& meta) {
  state.labels[label] = version;
  note_label(state, label, version, meta);
}

void begin(State& state, const Beginning& beginning, const Meta& meta) {
  state.workspace = meta.workspace;
  state.name = beginning.name;
  state.title = beginning.title;
  state.description = beginning.description;
  state.tags = beginning.tags;
  state.metadata = beginning.metadata;
  state.author = meta.actor;
  state.request_id = beginning.request_id;
  state.created_at = meta.occurred_at;
  add_version(state, beginning.version, std::nullopt, meta);
  for (const auto& label : beginning.labels) set_label(state, label, beginning.version.number, meta);
}

template <class T>
void replace(T& field, const std::optional<T>& with) {
  if (with) field = *with;
}

}  // namespace

State evolve(State state, const Event& event, const Meta& meta) {
  std::visit(Overloaded{
                 [&](const Created& e) { begin(state, e.beginning, meta); },
                 [&](const Forked& e) {
                   begin(state, e.beginning, meta);
                   state.forked_from = e.from;
                 },
                 [&](const Changed& e) {
                   if (e.renamed) state.name = e.renamed->to;
                   replace(state.title, e.title);
                   replace(state.description, e.description);
                   replace(state.tags, e.tags);
                   replace(state.metadata, e.metadata);
                   if (e.version) add_version(state, *e.version, std::nullopt, meta);
                 },
                 [&](const VersionAdded& e) { add_version(state, e.version, std::nullopt, meta); },
                 [&](const RolledBack& e) { add_version(state, e.version, e.to, meta); },
                 [&](const LifecycleMoved& e) {
                   state.status = e.to;
                   if (e.to == Status::published) state.published_at = meta.occurred_at;
                 },
                 [&](const LabelMoved& e) { set_label(state, e.label, e.to, meta); },
                 [&](const LabelRemoved& e) {
                   state.labels.erase(e.label);
                   note_label(state, e.label, std::nullopt, meta);
                 },
                 [&](const Deleted&) { state.deleted_at = meta.occurred_at; },
                 [&](const Restored&) { state.deleted_at.reset(); },
             },
             event);
  ++state.version;
  state.updated_at = meta.occurred_at;
  return state;
}

Result<State, std::string> apply(State state, const RecordedEvent& recorded) {
  return decode(recorded.type, recorded.data).map([&](const Event& event) {
    return evolve(std::move(state), event, recorded.meta);
  });
}

}  // namespace ledger::prompt
