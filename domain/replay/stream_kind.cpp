#include "domain/replay/stream_kind.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "domain/access/state_codecs.hpp"
#include "domain/checkpoint/state_codec.hpp"
#include "domain/execution/codec.hpp"
#include "domain/execution/state_codec.hpp"
#include "domain/feedback/state_codecs.hpp"
#include "domain/model/state_codec.hpp"
#include "domain/projection/state_codec.hpp"
#include "domain/prompt/codec.hpp"
#include "domain/prompt/state_codec.hpp"
#include "domain/replay/event_words.hpp"
#include "domain/replay/held_state.hpp"
#include "domain/score/state_codecs.hpp"
#include "domain/settings/state_codec.hpp"
#include "domain/subject/state_codec.hpp"

namespace ledger {
namespace {

// A kind from its state and its codec; `evolve`, `encode`, `in_words` and the state's JSON are found beside them.
template <class State, auto decode, auto event_types>
StreamKind kind(std::string_view name, std::vector<const char*> named_by, StreamIds ids = StreamIds::uuids) {
  return {.name = name,
          .ids = ids,
          .named_by = std::move(named_by),
          .in_words =
              [](const RecordedEvent& recorded) {
                const auto event = decode(recorded.type, recorded.data);
                return event ? in_words(*event) : recorded.type;
              },
          .event_types = event_types,
          .rewrite = [](std::string_view type,
                        std::string_view data) { return decode(type, data).map([](const auto& event) { return encode(event); }); },
          .no_state = []() -> std::unique_ptr<HeldState> { return std::make_unique<HeldAs<State, decode>>(); }};
}

const std::array kKinds{
    kind<prompt::State, prompt::decode, prompt::event_types>(prompt::kStreamKind, {"/category", "/name"}),
    kind<execution::State, execution::decode, execution::event_types>(execution::kStreamKind, {"/request/request_id"}),
    kind<feedback::State, feedback::decode, feedback::event_types>(feedback::kStreamKind, {"/about/request_id"}),
    kind<judge_score::State, judge_score::decode, judge_score::event_types>(judge_score::kStreamKind, {"/given/judge"}),
    kind<security_scan::State, security_scan::decode, security_scan::event_types>(security_scan::kStreamKind, {"/scan/label"}),
    kind<score::State, score::decode, score::event_types>(score::kStreamKind, {"/given/name"}),
    kind<score_definition::State, score_definition::decode, score_definition::event_types>(score_definition::kStreamKind, {"/name"}),
    kind<subject::State, subject::decode, subject::event_types>(subject::kStreamKind, {}),
    kind<model::State, model::decode, model::event_types>(model::kStreamKind, {"/name"}),
    kind<settings::State, settings::decode, settings::event_types>(settings::kStreamKind, {}),
    kind<workspace::State, workspace::decode, workspace::event_types>(workspace::kStreamKind, {"/name"}),
    kind<api_key::State, api_key::decode, api_key::event_types>(api_key::kStreamKind, {"/name"}),
    kind<projection::State, projection::decode, projection::event_types>(projection::kStreamKind, {}, StreamIds::words),
    kind<checkpoint::State, checkpoint::decode, checkpoint::event_types>(checkpoint::kStreamKind, {}, StreamIds::words),
};

}  // namespace

std::span<const StreamKind> stream_kinds() { return kKinds; }

const StreamKind* find_stream_kind(std::string_view name) {
  const auto found = std::ranges::find(kKinds, name, &StreamKind::name);
  return found == kKinds.end() ? nullptr : &*found;
}

std::string stream_kind_names() {
  std::string names;
  for (const auto& kind : kKinds) names.append(names.empty() ? "" : ", ").append(kind.name);
  return names;
}

std::string in_words(const RecordedEvent& event) {
  const auto* const kind = find_stream_kind(event.stream.kind);
  return kind == nullptr ? event.type : kind->in_words(event);
}

}  // namespace ledger
