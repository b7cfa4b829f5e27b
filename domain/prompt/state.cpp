#include "domain/prompt/state.hpp"

#include <algorithm>

namespace ledger::prompt {
namespace {

template <class T>
bool same_content(const std::shared_ptr<T>& a, const std::shared_ptr<T>& b) {
  return a == b || (a && b && *a == *b);
}

template <class T>
bool same_contents(const std::vector<std::shared_ptr<T>>& a, const std::vector<std::shared_ptr<T>>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_content<T>);
}

}  // namespace

bool Version::operator==(const Version& other) const {
  return same_content(content, other.content) && number == other.number && source == other.source &&
         parent_version == other.parent_version && explanation == other.explanation && change_log == other.change_log &&
         rolled_back_to == other.rolled_back_to && author == other.author && created_at == other.created_at &&
         reason == other.reason;
}

bool State::operator==(const State& other) const {
  return version == other.version && workspace == other.workspace && name == other.name && title == other.title &&
         description == other.description && status == other.status && tags == other.tags && labels == other.labels &&
         metadata == other.metadata && same_contents(versions, other.versions) &&
         same_contents(label_moves, other.label_moves) && author == other.author && request_id == other.request_id &&
         forked_from == other.forked_from && created_at == other.created_at && updated_at == other.updated_at &&
         published_at == other.published_at && deleted_at == other.deleted_at;
}

const Version* State::find_version(VersionNumber number) const {
  return number == 0 || number > versions.size() ? nullptr : versions[number - 1].get();
}

const Version* State::find_labelled(std::string_view label) const {
  if (label == kLatestLabel) return find_version(latest());
  const auto found = labels.find(label);
  return found == labels.end() ? nullptr : find_version(found->second);
}

std::vector<LabelPeriod> label_history(const State& state, std::string_view label) {
  std::vector<LabelPeriod> periods;
  for (const auto& move : state.label_moves) {
    if (move->label != label) continue;
    if (!periods.empty() && !periods.back().until) {
      periods.back().until = move->at;
      periods.back().ended_by = move->moved_by;
      periods.back().end_reason = move->reason;
    }
    if (move->version) periods.push_back({*move->version, move->at, move->moved_by, move->reason, {}, {}, {}});
  }
  return periods;
}

}  // namespace ledger::prompt
