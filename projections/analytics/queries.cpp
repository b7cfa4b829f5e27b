#include "projections/analytics/queries.hpp"

#include <algorithm>
#include <utility>

#include "projections/analytics/roll_ups.hpp"
#include "projections/analytics/sums.hpp"

namespace ledger::projections {
namespace {

// Several tables, and one must not be ahead of another.
constexpr std::string_view kOneSnapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

const std::string kEverSql = "SELECT " + std::string{kTallyColumns} + " FROM analytics.month WHERE series = $1";
const pg::Statement kEver{"analytics.ever", kEverSql};

const pg::Statement kTags{"analytics.tags", "SELECT id, tags FROM prompt_catalog.prompt WHERE workspace = $1 AND cardinality(tags) > 0"};

using Keys = std::vector<std::string>;
using TagsOfPrompts = std::map<std::string, Keys>;

TagsOfPrompts load_tags(pg::Connection& connection, const std::string& workspace) {
  TagsOfPrompts tags;
  for (const pg::Row row : connection.run(kTags, pg::Params{workspace})) tags.emplace(std::string{row.text(0)}, row.texts(1));
  return tags;
}

Grain grain_for(const UsageQuestion& question) {
  if (question.prompt && question.group_by == GroupBy::nothing) return Grain::prompt;
  if (question.prompt) return Grain::finest;
  switch (question.group_by) {
    case GroupBy::nothing: return Grain::workspace;
    case GroupBy::prompt:
    case GroupBy::tag: return Grain::prompt;
    case GroupBy::label: return Grain::label;
    case GroupBy::model: return Grain::model;
    case GroupBy::version:
    case GroupBy::user: return Grain::finest;
  }
  return Grain::finest;
}

std::string column_of(GroupBy group_by) {
  switch (group_by) {
    case GroupBy::nothing:
    case GroupBy::prompt:
    case GroupBy::tag: return "prompt_id";
    case GroupBy::version: return "prompt_version";
    case GroupBy::label: return "label";
    case GroupBy::model: return "model";
    case GroupBy::user: return "user_name";
  }
  return "prompt_id";
}

// The groups that executions belong to: one, but for tags, of which a prompt has several or none.
class Grouping {
 public:
  Grouping(GroupBy group_by, TagsOfPrompts tags) : group_by_{group_by}, tags_{std::move(tags)} {}

  Keys of(const Alike& alike) const {
    switch (group_by_) {
      case GroupBy::nothing: return {""};
      case GroupBy::prompt: return {alike.prompt};
      case GroupBy::version: return {std::to_string(alike.version)};
      case GroupBy::label: return {alike.label};
      case GroupBy::model: return {alike.model};
      case GroupBy::user: return {alike.user};
      case GroupBy::tag: return tagged(alike.prompt);
    }
    return {};
  }
  Keys of_word(const std::string& word) const { return group_by_ == GroupBy::tag ? tagged(word) : Keys{word}; }

 private:
  Keys tagged(const std::string& prompt) const {
    const auto found = tags_.find(prompt);
    return found == tags_.end() ? Keys{""} : found->second;
  }

  const GroupBy group_by_;
  const TagsOfPrompts tags_;
};

Keys greatest(const std::map<std::string, std::int64_t>& words, const Grouping& grouping, std::size_t most) {
  std::map<std::string, std::int64_t> counts;
  for (const auto& [word, count] : words) {
    for (const auto& key : grouping.of_word(word)) counts[key] += count;
  }
  Keys keys;
  for (const auto& [key, count] : counts) keys.push_back(key);
  std::stable_sort(keys.begin(), keys.end(), [&](const auto& a, const auto& b) { return counts[a] > counts[b]; });
  if (keys.size() > most) keys.resize(most);
  return keys;
}

std::vector<Piece> pieces_of_points(const Selection& selection, const std::vector<Timestamp>& bounds) {
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i + 1 < bounds.size(); ++i) {
    const auto point = pieces_of(selection, bounds[i], bounds[i + 1]);
    pieces.insert(pieces.end(), point.begin(), point.end());
  }
  return pieces;
}

// Adds up what is told into groups and points.
class Sums {
 public:
  Sums(Keys keys, const std::vector<Timestamp>& bounds, bool others) : bounds_{bounds}, others_{others} {
    for (auto& key : keys) {
      place_.emplace(key, groups_.size());
      groups_.push_back({std::move(key), false, std::vector<Tally>(bounds.size() - 1)});
    }
  }

  void add(const Keys& keys, const Alike& alike) {
    bool placed = false;
    for (const auto& key : keys) {
      const auto found = place_.find(key);
      if (found == place_.end()) continue;
      groups_[found->second].points[point_of(alike.at)].merge(alike.tally);
      placed = true;
    }
    if (placed || !others_) return;
    if (rest_.empty()) rest_.resize(bounds_.size() - 1);
    rest_[point_of(alike.at)].merge(alike.tally);
  }

  std::vector<GroupSums> take() {
    if (!rest_.empty()) groups_.push_back({{}, true, std::move(rest_)});
    return std::move(groups_);
  }

 private:
  std::size_t point_of(Timestamp at) const { return static_cast<std::size_t>(std::upper_bound(bounds_.begin(), bounds_.end(), at) - bounds_.begin() - 1); }

  const std::vector<Timestamp>& bounds_;
  const bool others_;
  std::map<std::string, std::size_t> place_;
  std::vector<GroupSums> groups_;
  std::vector<Tally> rest_;
};

}  // namespace

std::vector<GroupSums> AnalyticsQueries::usage(const UsageQuestion& question) {
  Selection selection{.workspace = question.workspace, .grain = grain_for(question), .singly = question.singly || question.group_by == GroupBy::user};
  if (question.prompt) selection.prompts = Keys{*question.prompt};
  const auto pieces = pieces_of_points(selection, question.bounds);
  return pool_.read([&](pg::Connection& connection) {
    pg::Transaction snapshot{connection, kOneSnapshot};
    const Grouping grouping{question.group_by, question.group_by == GroupBy::tag ? load_tags(connection, question.workspace) : TagsOfPrompts{}};
    Keys keys{""};
    if (question.group_by != GroupBy::nothing) {
      keys = greatest(count_by(connection, selection, pieces, column_of(question.group_by)), grouping, question.groups_most);
      if (question.group_by == GroupBy::prompt && !question.others) selection.prompts = keys;
    }
    Sums sums{std::move(keys), question.bounds, question.others};
    each_alike(connection, selection, pieces, [&](const Alike& alike) { sums.add(grouping.of(alike), alike); });
    snapshot.commit();
    return sums.take();
  });
}

Tally AnalyticsQueries::total(const std::string& workspace, Timestamp from, Timestamp until) {
  return usage({.workspace = workspace, .bounds = {from, until}}).front().points.front();
}

Tally AnalyticsQueries::ever(const std::string& workspace) {
  return pool_.read([&](pg::Connection& connection) {
    Tally all;
    const Series series{.grain = Grain::workspace, .workspace = workspace, .prompt = {}, .version = 0, .label = {}, .model = {}};
    for (const pg::Row row : connection.run(kEver, pg::Params{pg::Bytes{id_of(series)}})) all.merge(tally_of(row, 0));
    return all;
  });
}

std::map<Series, Tally> AnalyticsQueries::of_prompt(const std::string& workspace, const std::string& prompt, Timestamp from, Timestamp until) {
  const Selection selection{.workspace = workspace, .grain = Grain::finest, .prompts = Keys{prompt}};
  const auto pieces = pieces_of(selection, from, until);
  return pool_.read([&](pg::Connection& connection) {
    std::map<Series, Tally> sums;
    pg::Transaction snapshot{connection, kOneSnapshot};
    each_alike(connection, selection, pieces, [&](const Alike& alike) {
      const Series series{.grain = Grain::finest, .workspace = workspace, .prompt = prompt, .version = alike.version, .label = alike.label, .model = alike.model};
      sums[series].merge(alike.tally);
    });
    snapshot.commit();
    return sums;
  });
}

bool AnalyticsQueries::is_zone(const std::string& name) {
  const std::lock_guard lock{mutex_};
  if (zones_.empty()) {
    const auto names = pool_.read([](pg::Connection& connection) { return zone_names(connection); });
    zones_.insert(names.begin(), names.end());
  }
  return zones_.contains(name);
}

std::vector<Timestamp> AnalyticsQueries::bounds(Timestamp from, Timestamp until, Step step, const std::string& zone, std::int64_t most) {
  return pool_.read([&](pg::Connection& connection) { return step_bounds(connection, from, until, step, zone, most); });
}

}  // namespace ledger::projections
