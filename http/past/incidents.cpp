#include "http/past/incidents.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "domain/partition_key.hpp"
#include "domain/prompt/codec.hpp"
#include "domain/prompt/name.hpp"
#include "domain/prompt/state.hpp"

namespace ledger::http {
namespace {

using projections::HistoryEvent;
using prompt::VersionNumber;

constexpr int kChunk = 100;   // events that begin a prompt hold its text

// Where an event points a label, or that it takes it away; nothing when it leaves it alone.
struct Pointed {
  std::optional<VersionNumber> to;
};

std::optional<Pointed> pointed_by(const prompt::Event& event, const std::string& label) {
  using Answer = std::optional<Pointed>;
  const auto begun = [&](const prompt::Beginning& beginning) { return std::ranges::find(beginning.labels, label) == beginning.labels.end() ? Answer{} : Answer{Pointed{beginning.version.number}}; };
  return std::visit(Overloaded{
                        [&](const prompt::Created& e) { return begun(e.beginning); },
                        [&](const prompt::Forked& e) { return begun(e.beginning); },
                        [](const prompt::Changed&) { return Answer{}; },
                        [](const prompt::VersionAdded&) { return Answer{}; },
                        [](const prompt::RolledBack&) { return Answer{}; },
                        [](const prompt::LifecycleMoved&) { return Answer{}; },
                        [&](const prompt::LabelMoved& e) { return e.label == label ? Answer{Pointed{e.to}} : Answer{}; },
                        [&](const prompt::LabelRemoved& e) { return e.label == label ? Answer{Pointed{std::nullopt}} : Answer{}; },
                        [](const prompt::Deleted&) { return Answer{}; },
                        [](const prompt::Restored&) { return Answer{}; },
                    },
                    event);
}

class Services {
 public:
  explicit Services(const ServiceQuestion& question) : question_{question} {}

  // False when there have been too many moves.
  bool take(const HistoryEvent& recorded) {
    const auto& event = recorded.event;
    const auto read = prompt::decode(event.type, event.data);
    if (!read) throw Unreadable(event.stream.text() + ", version " + std::to_string(event.sequence) + ": " + read.error());
    const auto pointed = pointed_by(*read, question_.label);
    if (!pointed) return true;
    const auto at = question_.clock == projections::Clock::recorded ? event.meta.recorded_at : event.meta.occurred_at;
    if (const auto open = open_.find(event.stream.id); open != open_.end()) {
      open->second.until = at;
      open->second.ended = recorded.position;
      keep(std::move(open->second));
      open_.erase(open);
    }
    if (pointed->to) open_.emplace(event.stream.id, Service{event.stream.id, *pointed->to, at, {}, recorded.position, {}});
    return ++moves_ <= kLabelMovesMax;
  }

  std::vector<Service> finish() && {
    for (auto& [prompt, service] : open_) keep(std::move(service));
    std::ranges::sort(kept_, {}, [](const Service& service) { return std::tie(service.from, service.prompt, service.version); });
    return std::move(kept_);
  }

 private:
  // What served at some time of the period. By the times of occurrence one may have ended before it began: it never served.
  void keep(Service service) {
    const auto& [from, to] = question_.period;
    if (service.from < to && (!service.until || (*service.until > from && *service.until > service.from))) kept_.push_back(std::move(service));
  }

  const ServiceQuestion& question_;
  std::map<std::string, Service> open_;
  std::vector<Service> kept_;
  std::size_t moves_ = 0;
};

// Every event that moved the label, and of one prompt others, too; in each prompt's order. Until `take` says that it is enough.
template <class Take>
bool each_event(const App& app, const ServiceQuestion& question, Take take) {
  std::optional<log::Position> after;
  projections::StreamRange range{.from_version = 1, .to_version = {}, .recorded_until = {}, .limit = kChunk};
  const auto key = workspace_partition_key(question.workspace);
  const auto tag = prompt::label_tag(question.label);
  for (;;) {
    const auto events = question.prompt ? app.history->stream(question.workspace, {std::string(prompt::kStreamKind), *question.prompt}, range)
                                        : app.history->tagged(question.workspace, key, tag, after, kChunk);
    if (events.empty()) return true;
    for (const auto& event : events) {
      if (!take(event)) return false;
    }
    after = events.back().position;
    range.from_version = events.back().event.sequence + 1;
  }
}

}  // namespace

Result<std::vector<Service>, Problem> services_of(const App& app, const ServiceQuestion& question) {
  Services services{question};
  if (!each_event(app, question, [&](const HistoryEvent& event) { return services.take(event); })) {
    return tl::unexpected(invalid_field("?prompt", "must be given: the label moved more than " + std::to_string(kLabelMovesMax) + " times"));
  }
  return std::move(services).finish();
}

}  // namespace ledger::http
