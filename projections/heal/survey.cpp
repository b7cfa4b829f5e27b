#include "projections/heal/survey.hpp"

#include <algorithm>

#include "projections/history/history.hpp"
#include "projections/model.hpp"

namespace ledger::projections {
namespace {

using Steady = std::chrono::steady_clock;

std::vector<ModelPlace> stands(pg::Connection& connection, const std::vector<std::string>& models,
                               const log::PartitionId& partition) {
  std::vector<ModelPlace> found;
  for (const auto& model : models) {
    const auto version = model_version(connection, model);
    if (!version) continue;
    const auto anchors = load_checkpoints(connection, model);
    if (const auto at = anchors.find(partition); at != anchors.end()) found.push_back({model, *version, at->second});
  }
  return found;
}

Told told_of(log::Record record, const log::Head& head, std::optional<log::Offset> offset) {
  record.value.clear();
  return {head, offset, std::move(record)};
}

// One comparison of a log, record by record, with what was read of it.
class Comparison {
 public:
  Comparison(const HealPlace& place, Survey& survey, RowsAstray rows)
      : place_{place}, survey_{survey}, rows_{rows}, kept_{place.connection, survey.partition} {}

  void take(const std::vector<Applied>& counted) {
    if (counted.empty()) return;
    compare_rows(counted);
    for (const auto& applied : counted) {
      survey_.log_head = log::Anchor{applied.offset + 1, applied.offset, applied.head};
      find_models(applied);
      if (survey_.in_log) tell_of_branch(applied);
    }
  }

  void finish(log::Offset end) {
    for (auto& model : survey_.models) {
      if (model.found)
        model.is_astray = model.is_astray || model.stands.head_offset != *model.found || model.stands.next_offset > end;
      if (!model.found) model.is_kept = is_kept(model.stands.head);
    }
    if (!survey_.history_head || survey_.common == survey_.history_head->height) return;
    Branch lost{.from = survey_.common ? *survey_.common + 1 : 0, .to = survey_.history_head->height};
    for (auto& each : kept_.records(lost.from, lost.to, place_.settings.shown_max, place_.settings.batch.max_bytes))
      lost.first.push_back(told_of(std::move(each.record), each.head, std::nullopt));
    survey_.in_history = std::move(lost);
  }

 private:
  // Heights follow each other without a gap, so the history's rows for a batch are one range.
  void compare_rows(const std::vector<Applied>& counted) {
    const auto first = counted.front().head.height;
    if (survey_.in_log || !survey_.history_head || first > survey_.history_head->height) return;
    const auto kept = kept_.places(first, std::min(counted.back().head.height, survey_.history_head->height));
    std::vector<KeptPlace> astray;
    for (std::size_t n = 0; n < kept.size(); ++n) {
      const auto& applied = counted[n];
      if (kept[n].hash != applied.head.hash) {
        survey_.in_log = Branch{.from = applied.head.height, .to = applied.head.height};
        break;
      }
      survey_.common = applied.head.height;
      const KeptPlace now{applied.head.height, applied.head.hash, applied.offset, applied.append_time_ms};
      if (kept[n] != now) astray.push_back(now);
    }
    if (astray.empty()) return;
    if (rows_ == RowsAstray::are_corrected)
      kept_.move(astray);
    else
      survey_.rows_astray += astray.size();
  }

  // A checkpoint is right when its head's record stands where it says, and nothing that counts before where it reads
  // on.
  void find_models(const Applied& applied) {
    for (auto& model : survey_.models) {
      if (model.stands.head == applied.head) model.found = applied.offset;
      if (model.found && applied.head.height == model.stands.head.height + 1 &&
          applied.offset < model.stands.next_offset)
        model.is_astray = true;
    }
  }

  void tell_of_branch(const Applied& applied) {
    auto& branch = *survey_.in_log;
    if (applied.head.height < branch.from) return;
    branch.to = applied.head.height;
    if (branch.first.size() < place_.settings.shown_max)
      branch.first.push_back(told_of(applied.record, applied.head, applied.offset));
  }

  bool is_kept(const log::Head& head) {
    if (!survey_.history_head || head.height > survey_.history_head->height) return false;
    return kept_.places(head.height, head.height).front().hash == head.hash;
  }

  const HealPlace& place_;
  Survey& survey_;
  const RowsAstray rows_;
  KeptRecords kept_;
};

// Everything before the end goes to `take`; says why that is not possible.
std::string read_all(const HealPlace& place, const log::PartitionId& partition, log::Offset end,
                     const std::function<void(const std::vector<Applied>&)>& take) {
  Follower follower{place.log, {{.partition = partition, .until = end}}, place.settings.follower};
  auto heard = Steady::now();
  while (!follower.reached(partition, end)) {
    if (place.stop.stop_requested()) throw std::runtime_error{"stopped before the end"};
    const auto batch = follower.next(place.settings.batch);
    if (!follower.halted().empty()) return follower.halted().begin()->second;
    take(batch.counted);
    if (!batch.empty()) heard = Steady::now();
    if (Steady::now() - heard > place.settings.silence_ms)
      throw LogAway{"the log gave nothing more, although its end was not reached: " + follower.last_error()};
  }
  return {};
}

}  // namespace

Condition Survey::condition() const {
  if (!unreadable.empty()) return Condition::unreadable;
  if (in_log) return Condition::forked;
  if (in_history) return Condition::cut;
  const bool astray = rows_astray > 0 || std::ranges::any_of(models, &ModelPlace::is_astray);
  return astray ? Condition::astray : Condition::whole;
}

std::optional<std::uint64_t> Survey::known_lost_to() const {
  if (!unreadable.empty()) return std::nullopt;
  std::optional<std::uint64_t> to;
  for (const auto& model : models) {
    if (model.is_beyond()) to = std::max(to.value_or(0), model.stands.head.height);
  }
  return to;
}

Survey survey(const HealPlace& place, const log::PartitionId& partition, RowsAstray rows) {
  Survey found{.partition = partition};
  // Before the log's end is asked for: what they have applied must then lie before it.
  found.models = stands(place.connection, place.models, partition);
  const auto history = std::ranges::find(found.models, HistoryProjection::kName, &ModelPlace::model);
  if (history != found.models.end()) found.history_head = history->stands.head;

  const auto ends = place.log.ends(partition, place.settings.follower.log_timeout_ms);
  if (!ends) throw LogAway{ends.error().why};
  Comparison comparison{place, found, rows};
  found.unreadable = ends->earliest == 0
                         ? read_all(place, partition, ends->end, [&](const auto& counted) { comparison.take(counted); })
                         : "it begins at offset " + std::to_string(ends->earliest) + ": its beginning was deleted";
  if (found.unreadable.empty()) comparison.finish(ends->end);
  return found;
}

}  // namespace ledger::projections
