#include "app/proof/log_audit.hpp"

#include <algorithm>
#include <charconv>

#include "app/proof/model_comparison.hpp"
#include "app/proof/side_by_side.hpp"
#include "domain/checkpoint/checkpoint.hpp"
#include "domain/recorded_event.hpp"
#include "log/merkle.hpp"
#include "projections/follower.hpp"

namespace ledger::app {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPoll{200};
constexpr std::size_t kPollRecords = 256;          // few enough to be in the processor's cache until they are hashed
constexpr std::uint64_t kProgressEvery = 100'000;

// What was signed of a partition, by rising size.
struct SignedTree {
  std::uint64_t size = 0;
  log::Hash root{};
};
using SignedTrees = std::map<log::PartitionId, std::vector<SignedTree>>;

struct Walked {
  const log::Arrival& arrival;
  const log::Head& head;
};

// Whether a record that follows nothing in the log is one that was sound where it stood: then what it followed is missing.
bool was_linked(const log::Record& record, std::uint64_t behind_height) {
  const auto hash = log::parse_hash(record.header("ce_hash").value_or(""));
  const auto text = record.header("ce_height").value_or("");
  std::uint64_t height = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), height);
  return hash && error == std::errc{} && end == text.data() + text.size() && height > behind_height && log::LinkReader::matches({*hash, height, 0}, record);
}

// Reads one partition by the link rule to the end that it has now. Returns what breaks it, if anything does.
class Walk {
 public:
  Walk(const AuditPlace& place, log::PartitionId partition) : place_{place}, reader_{std::move(partition)} {}

  template <class OnRecord>
  std::optional<Broken> run(OnRecord on_record) {
    const auto& partition = reader_.partition();
    const auto ends = place_.log.ends(partition, place_.log_timeout_ms);
    if (!ends) throw projections::LogAway{ends.error().why};
    if (ends->earliest != 0) return Broken{.height = 0, .why = "it begins at offset " + std::to_string(ends->earliest) + ": its beginning was deleted"};
    const auto log_reader = place_.log.read({{partition, 0}});
    auto heard = Steady::now();
    while (reader_.anchor().next_offset < ends->end) {
      if (place_.stop.stop_requested()) throw std::runtime_error{"stopped before the end"};
      const auto batch = log_reader->poll(kPoll, kPollRecords);
      for (const auto& arrival : batch.arrivals) {
        if (arrival.offset >= ends->end) return finish();
        if (auto broken = take(arrival, on_record)) return broken;
      }
      if (!batch.arrivals.empty()) heard = Steady::now();
      if (Steady::now() - heard > place_.silence_ms) throw projections::LogAway{"the log gave nothing more, although its end was not reached"};
    }
    return finish();
  }

  std::uint64_t void_records() const { return voids_; }
  // Reading came to an end where a record is missing that others followed.
  bool lacks_record() const { return missing_ && missing_->height == next_height(); }
  const std::optional<log::Genesis>& genesis() const { return reader_.genesis(); }

 private:
  template <class OnRecord>
  std::optional<Broken> take(const log::Arrival& arrival, OnRecord& on_record) {
    const auto verdict = reader_.read(arrival);
    if (const auto* counts = std::get_if<log::Counts>(&verdict)) return on_record(Walked{arrival, counts->head});
    if (const auto* halt = std::get_if<log::Halt>(&verdict)) return Broken{.height = next_height(), .why = "at offset " + std::to_string(arrival.offset) + " " + halt->why};
    ++voids_;
    const bool is_orphan = std::get<log::Void>(verdict).cls == log::VoidClass::orphan;
    if (is_orphan && !missing_ && was_linked(arrival.record, reader_.head().height)) {
      missing_ = Broken{.height = next_height(), .why = "its record is missing: the one at offset " + std::to_string(arrival.offset) + " follows a record that is not in the log"};
    }
    return std::nullopt;
  }

  // What was missing is told when nothing else took its place.
  std::optional<Broken> finish() const { return lacks_record() ? missing_ : std::nullopt; }
  std::uint64_t next_height() const { return reader_.has_head() ? reader_.head().height + 1 : 0; }

  const AuditPlace& place_;
  log::LinkReader reader_;
  std::uint64_t voids_ = 0;
  std::optional<Broken> missing_;
};

log::PartitionId neighbour(const log::PartitionId& partition, const checkpoint::Signed& said) {
  return {partition.topic.substr(0, partition.topic.rfind('.') + 1) + said.log, said.partition};
}

// What a checkpoint's event says, or why it is not to be believed.
Result<SignedTree, std::string> believed(const AuditPlace& place, const std::string& ledger, const log::PartitionId& of, const checkpoint::Signed& said) {
  const auto root = log::parse_hash(said.root);
  if (!root) return tl::unexpected(std::string{"its root is no hash"});
  if (place.key && proof::open_checkpoint(said.note, *place.key) != proof::Checkpoint{proof::origin_of(ledger, of), said.size, *root}) {
    return tl::unexpected(std::string{"it is not signed by this key, or its signature is of something else"});
  }
  return SignedTree{said.size, *root};
}

// What the log itself says of what was signed.
struct Collected {
  std::string ledger;                  // whose it is; empty when that cannot be read
  SignedTrees trees;
  std::optional<Broken> broken;
};

// The partition that checkpoints are in is audited afterwards like all others.
Collected collect(const AuditPlace& place) {
  Collected found;
  Walk walk{place, place.checkpoints};
  found.broken = walk.run([&](const Walked& at) -> std::optional<Broken> {
    const auto type = at.arrival.record.header("ce_type").value_or("");
    if (!type.starts_with("promptledger.checkpoint.")) return std::nullopt;
    const auto refuse = [&](const std::string& why) { return Broken{.height = at.head.height, .why = "a checkpoint is not to be believed: " + why}; };
    const auto event = open(at.arrival.record.headers, at.arrival.record.value).and_then([](const RecordedEvent& opened) { return checkpoint::decode(opened.type, opened.data); });
    if (!event) return refuse(event.error());
    const auto& said = std::get<checkpoint::Signed>(*event);
    const auto of = neighbour(place.checkpoints, said);
    auto tree = believed(place, walk.genesis()->ledger, of, said);
    if (!tree) return refuse(tree.error());
    auto& known = found.trees[of];
    if (!known.empty() && known.back().size >= tree->size) return refuse("it is of " + std::to_string(tree->size) + " records, and an earlier one of no fewer");
    known.push_back(*tree);
    return std::nullopt;
  });
  if (walk.genesis()) found.ledger = walk.genesis()->ledger;
  return found;
}

// Those that were kept elsewhere are as good as those in the log.
void add_witnessed(const AuditPlace& place, SignedTrees& trees) {
  for (const auto& kept : place.witnessed) {
    const auto of = std::ranges::find_if(place.partitions, [&](const auto& each) { return kept.origin.ends_with("/" + each.topic + "/" + std::to_string(each.number)); });
    if (of == place.partitions.end()) throw std::runtime_error{"the checkpoint that was kept is of no partition of this log: " + kept.origin};
    trees[*of].push_back({kept.size, kept.root});
    std::ranges::stable_sort(trees[*of], {}, &SignedTree::size);
  }
}

// One partition's records against all that is known of them.
class Audit {
 public:
  Audit(const AuditPlace& place, const log::PartitionId& partition, const std::string& ledger, const std::vector<SignedTree>& trees)
      : place_{place}, ledger_{ledger}, trees_{trees}, found_{.partition = partition} {
    if (place.history) models_.emplace(connection_.emplace(*place.history), partition);
  }

  AuditedPartition run() {
    Walk walk{place_, found_.partition};
    found_.broken = walk.run([&](const Walked& at) { return take(at); });
    found_.records = tree_.size();
    found_.void_records = walk.void_records();
    if (next_ != trees_.size() && (!found_.broken || walk.lacks_record())) found_.broken = too_short(trees_[next_].size);
    if (walk.genesis() && walk.genesis()->ledger != ledger_) found_.broken = Broken{.height = 0, .to = {}, .why = "its genesis is another ledger's than that of the checkpoints"};
    if (models_) {
      models_->finish(!found_.broken);
      found_.differs = models_->difference();
      found_.compared = models_->compared();
      narrow();
    }
    return std::move(found_);
  }

 private:
  std::optional<Broken> take(const Walked& at) {
    const auto leaf = log::leaf_hash(at.head.hash);
    tree_.append(leaf);
    if (models_) models_->take(at.arrival.record, at.head, leaf);
    if (place_.on_progress && tree_.size() % kProgressEvery == 0) place_.on_progress(found_.partition, tree_.size());
    for (; next_ < trees_.size() && trees_[next_].size == tree_.size(); ++next_) {
      const auto& [size, root] = trees_[next_];
      if (tree_.root() != root) return Broken{.height = found_.under_checkpoint, .to = size - 1, .why = "the first " + std::to_string(size) + " records are not those that were signed"};
      ++found_.checkpoints;
      found_.under_checkpoint = size;
    }
    return std::nullopt;
  }

  // The first that is not there, unless one before it was changed: those behind the last checkpoint that holds are under no other.
  Broken too_short(std::uint64_t signed_size) const {
    Broken broken{.height = found_.under_checkpoint, .to = tree_.size(), .why = std::to_string(signed_size) + " records were signed, and the log has only " + std::to_string(tree_.size())};
    if (broken.height == tree_.size()) broken.to.reset();
    return broken;
  }

  // Of the records that may have been changed, the history tells which is the first.
  void narrow() {
    auto& broken = found_.broken;
    if (!broken || !broken->to) return;
    const bool only_missing = *broken->to == tree_.size() && found_.compared == tree_.size();
    std::optional<std::uint64_t> first;
    if (only_missing) first = tree_.size();
    if (found_.differs) first = found_.differs->height;
    if (!first || *first < broken->height || *first > *broken->to) return;
    broken->height = *first;
    broken->to.reset();
  }

  const AuditPlace& place_;
  const std::string& ledger_;
  const std::vector<SignedTree>& trees_;
  std::size_t next_ = 0;               // of trees_, the first that is not compared yet
  log::Frontier tree_;
  std::optional<pg::Connection> connection_;
  std::optional<ModelComparison> models_;
  AuditedPartition found_;
};

}  // namespace

std::vector<AuditedPartition> audit_log(const AuditPlace& place) {
  auto collected = collect(place);
  add_witnessed(place, collected.trees);
  for (const auto& partition : place.partitions) collected.trees.try_emplace(partition);
  std::vector<AuditedPartition> found(place.partitions.size());
  side_by_side(found.size(), place.at_once, place.stop, [&](std::size_t number, const std::stop_token& stop) {
    AuditPlace stopped_with_others = place;
    stopped_with_others.stop = stop;
    const auto& partition = place.partitions[number];
    found[number] = Audit{stopped_with_others, partition, collected.ledger, collected.trees.at(partition)}.run();
  });
  const auto of_checkpoints = std::ranges::find(found, place.checkpoints, &AuditedPartition::partition);
  if (collected.broken && of_checkpoints != found.end()) {
    auto& broken = of_checkpoints->broken;
    if (!broken || collected.broken->height < broken->height) broken = collected.broken;
  }
  return found;
}

}  // namespace ledger::app
