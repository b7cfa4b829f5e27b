#include "commands/restore/propose.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "commands/decision.hpp"
#include "commands/execution/propose.hpp"
#include "commands/folds.hpp"
#include "domain/access/workspace.hpp"
#include "domain/execution/state.hpp"
#include "domain/feedback/feedback.hpp"
#include "domain/feedback/judge_score.hpp"
#include "domain/feedback/security_scan.hpp"
#include "domain/model/model.hpp"
#include "domain/partition_key.hpp"
#include "domain/prompt/name_holder.hpp"
#include "domain/prompt/state.hpp"
#include "domain/score/definition.hpp"
#include "domain/score/given.hpp"
#include "domain/settings/settings.hpp"
#include "domain/subject/subject.hpp"

namespace ledger::restore {
namespace {

std::string access_key(const RecordedEvent&) { return std::string(kAccessPartitionKey); }
std::string workspace_key(const RecordedEvent& event) { return workspace_partition_key(event.meta.workspace); }
std::string stream_key(const RecordedEvent& event) { return event.stream.text(); }
std::string execution_key(const RecordedEvent& event) { return execution::partition_key(event.stream.id); }

// Where the streams of a kind stand in the log, and how a decision reads them.
struct Place {
  std::string_view kind;
  LogTopic topic;
  const Fold* fold;
  std::string (*partition_key)(const RecordedEvent&);
};

constexpr std::array kPlaces{
    Place{workspace::kStreamKind, LogTopic::prompts, &folds::workspace, access_key},
    Place{prompt::kStreamKind, LogTopic::prompts, &folds::prompt, workspace_key},
    Place{settings::kStreamKind, LogTopic::prompts, &folds::settings, workspace_key},
    Place{model::kStreamKind, LogTopic::prompts, &folds::model, workspace_key},
    Place{score_definition::kStreamKind, LogTopic::prompts, &folds::score_definition, workspace_key},
    Place{subject::kStreamKind, LogTopic::prompts, &folds::subject, workspace_key},
    Place{execution::kStreamKind, LogTopic::executions, &folds::execution, execution_key},
    Place{feedback::kStreamKind, LogTopic::feedback, &folds::feedback, stream_key},
    Place{judge_score::kStreamKind, LogTopic::feedback, &folds::judge_score, stream_key},
    Place{security_scan::kStreamKind, LogTopic::feedback, &folds::security_scan, stream_key},
    Place{score::kStreamKind, LogTopic::feedback, &folds::score, stream_key},
};

const Place* find_place(std::string_view kind) {
  const auto found = std::ranges::find(kPlaces, kind, &Place::kind);
  return found == kPlaces.end() ? nullptr : &*found;
}

// Who holds the names that the event is found by.
std::vector<Read> name_reads(const RecordedEvent& event, const std::string& key) {
  std::vector<Read> reads;
  for (const auto& tag : event.tags) {
    if (event.stream.kind == prompt::kStreamKind && prompt::parse_name_tag(tag)) reads.push_back(folds::of_tag(folds::name_holder, key, tag));
    if (event.stream.kind == workspace::kStreamKind) reads.push_back(folds::of_tag(folds::first_stream, key, tag));
  }
  return reads;
}

std::optional<Rejection> check_version(const RecordedEvent& event, std::uint64_t present) {
  if (event.sequence == present + 1) return std::nullopt;
  const std::string is_at = event.stream.text() + " is at version " + std::to_string(present);
  if (event.sequence > present) return Rejection{Code::stale_version, is_at + ": what comes before version " + std::to_string(event.sequence) + " is missing", {}};
  return Rejection{Code::wrong_state, is_at + ", and version " + std::to_string(event.sequence) + " did not come from a dump: only streams that are not there are restored", {}};
}

Rejection taken(const std::string& what, const std::string& by) { return {Code::name_taken, "its name is held by " + what + " " + by, {}}; }

std::optional<Rejection> check_names(const RecordedEvent& event, const StatePtr& after, const std::vector<Seen>& seen) {
  for (std::size_t i = 1; i < seen.size(); ++i) {
    if (event.stream.kind == prompt::kStreamKind) {
      const auto& state = *static_cast<const prompt::State*>(after.get());
      const auto& holder = seen[i].as<prompt::NameHolder>();
      if (!state.deleted() && holder.name == state.name && holder.prompt.value_or(event.stream.id) != event.stream.id) return taken("prompt", *holder.prompt);
    } else {
      const auto& holder = seen[i].as<folds::FirstStream>().id;
      if (!holder.empty() && holder != event.stream.id) return taken("workspace", holder);
    }
  }
  return std::nullopt;
}

Verdict decide(const RecordedEvent& event, const Fold& fold, const std::vector<Seen>& seen) {
  if (auto wrong = check_meta(event.meta)) return tl::unexpected(std::move(*wrong));
  const bool is_there = seen.front().version >= event.sequence && event.stream.kind == workspace::kStreamKind;
  if (is_there) return std::optional<Draft>{};  // a workspace that is there is what the other streams need
  if (auto wrong = check_version(event, seen.front().version)) return tl::unexpected(std::move(*wrong));
  const auto after = fold.apply(seen.front().state, event);
  if (!after) return tl::unexpected(Rejection{Code::invalid, after.error(), {}});
  if (auto wrong = check_names(event, *after, seen)) return tl::unexpected(std::move(*wrong));
  return std::optional<Draft>{Draft{.type = event.type,
                                    .data = event.data,
                                    .tags = event.tags,
                                    .restored = Draft::Restored{event.meta.event_id, event.first_recorded_at.value_or(event.meta.recorded_at)}}};
}

}  // namespace

bool can_restore(std::string_view kind) { return find_place(kind) != nullptr; }

Result<Proposal, std::string> propose(const RecordedEvent& event, CommandKey key) {
  const Place* const place = find_place(event.stream.kind);
  if (place == nullptr) return tl::unexpected("streams of the kind " + event.stream.kind + " are not restored");
  if (event.partition_key != place->partition_key(event)) return tl::unexpected("the partition key " + event.partition_key + " is not that of " + event.stream.text());
  Proposal proposal;
  proposal.topic = place->topic;
  proposal.partition_key = event.partition_key;
  proposal.stream = event.stream;
  proposal.reads.push_back(folds::of_stream(*place->fold, event.partition_key, event.stream));
  for (auto& read : name_reads(event, event.partition_key)) proposal.reads.push_back(std::move(read));
  proposal.decide = [event, fold = place->fold](const std::vector<Seen>& seen) { return decide(event, *fold, seen); };
  proposal.meta = event.meta;
  proposal.occurred_at = event.meta.occurred_at;
  proposal.key = std::move(key);
  proposal.traceparent = event.traceparent;
  proposal.bytes = event.data.size();
  return proposal;
}

}  // namespace ledger::restore
