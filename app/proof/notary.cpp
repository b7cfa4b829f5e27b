#include "app/proof/notary.hpp"

#include <algorithm>
#include <condition_variable>
#include <stdexcept>
#include <utility>

#include "commands/checkpoint/propose.hpp"
#include "infra/logging/log.hpp"
#include "infra/proof/checkpoint.hpp"
#include "projections/heal/kept_records.hpp"

namespace ledger::app {
namespace {

// Who is not the first in line signs when something is due for so many times as long, or as much: the first may have no key, or another one.
constexpr unsigned kSecondInLine = 2;

std::string log_of(const log::PartitionId& partition) { return partition.topic.substr(partition.topic.rfind('.') + 1); }

Caller signer(const std::string& workspace) {
  Caller caller;
  caller.workspace = workspace;
  caller.actor = checkpoint::kSigner;
  caller.role = access::Role::admin;
  caller.correlation_id = "checkpoints";
  return caller;
}

// The record that a checkpoint ends with, as the history has it; nothing when the history is not that far.
std::optional<log::Anchor> find_anchor(pg::Pool& pool, const log::PartitionId& partition, std::uint64_t height) {
  return pool.read([&](pg::Connection& connection) -> std::optional<log::Anchor> {
    const auto reached = projections::load_checkpoints(connection, "history");
    const auto at = reached.find(partition);
    if (at == reached.end() || at->second.head.height < height) return std::nullopt;
    projections::KeptRecords kept{connection, partition};
    const auto offset = kept.places(height, height).front().offset;
    return log::Anchor{offset + 1, offset, kept.records(height, height, 1, 1).front().head};
  });
}

// Throws std::runtime_error when the tree is another.
void require_root(const log::Frontier& tree, const log::Hash& root) {
  if (tree.root() != root) throw std::runtime_error{"its tree of " + std::to_string(tree.size()) + " records is not that of the log"};
}

}  // namespace

Notary::Notary(NotarySettings settings, NotaryPlace place, crypto::SigningKey key)
    : settings_{std::move(settings)}, place_{std::move(place)}, key_{std::move(key)}, public_key_{key_.public_key()}, proofs_{place_.pool} {
  status_.public_key = crypto::to_text(public_key_);
  thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}

Notary::~Notary() = default;

http::Verification Notary::status() const {
  const std::lock_guard lock{mutex_};
  return status_;
}

void Notary::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      begin();
      std::vector<projections::Start> starts;
      for (const auto& [partition, lane] : lanes_) starts.push_back({.partition = partition, .anchor = lane.anchor});
      projections::Follower follower{place_.log, std::move(starts), settings_.follower};
      while (!stop.stop_requested()) step(follower);
    } catch (const std::exception& away) {
      logging::warn("the log is not watched now, and no checkpoints are signed; trying again", {{"why", away.what()}});
      std::mutex idle;
      std::unique_lock lock{idle};
      std::condition_variable_any{}.wait_for(lock, stop, settings_.backoff_ms, [] { return false; });
    }
  }
}

// The partition of the checkpoints first: what it is then read on from, the model has applied already, so no checkpoint falls in between.
void Notary::begin() {
  lanes_.clear();
  lanes_.emplace(place_.checkpoints, begin(place_.checkpoints));
  for (const auto& partition : place_.partitions) {
    if (partition != place_.checkpoints) lanes_.emplace(partition, begin(partition));
  }
  publish();
}

Notary::Lane Notary::begin(const log::PartitionId& partition) {
  Lane lane;
  const auto last = proofs_.checkpoints(partition, std::nullopt, 1);
  if (last.empty()) return lane;
  const auto opened = proof::open_checkpoint(last.front().note, public_key_);
  if (opened != proof::Checkpoint{proof::origin_of(settings_.ledger, partition), last.front().size, last.front().root}) {
    log_fault(partition, "its last checkpoint, of " + std::to_string(last.front().size) + " records, is not one that this key signed: " +
                             (opened ? "it says something else" : opened.error()));
    return lane;
  }
  lane.last = {log_of(partition), partition.number, last.front().size, log::to_text(last.front().root), last.front().note};
  lane.signed_at = last.front().signed_at;
  if (!resume(lane, partition, last.front())) lane.tree.expect(last.front().size, last.front().root);
  return lane;
}

// True: the model's tree and the log's history have the very record that the checkpoint ends with, so nothing before it needs to be read.
bool Notary::resume(Lane& lane, const log::PartitionId& partition, const projections::SignedCheckpoint& last) {
  try {
    if (proofs_.size(partition) < last.size) return false;
    const auto tree = proofs_.tree(partition, last.size);
    const auto anchor = find_anchor(place_.pool, partition, last.size - 1);
    if (!anchor) return false;
    const auto path = proofs_.hashes(partition, log::inclusion_path(last.size - 1, last.size));
    require_root(tree, last.root);
    if (!log::verify_inclusion(log::leaf_hash(anchor->head.hash), last.size - 1, last.size, path, last.root)) {
      throw std::runtime_error{"its leaf of height " + std::to_string(last.size - 1) + " is not the history's"};
    }
    lane.tree = proof::WatchedTree{tree};
    lane.anchor = anchor;
    lane.from = last.size;
    return true;
  } catch (const pg::Fault&) {
    throw;
  } catch (const std::runtime_error& damaged) {
    model_fault(partition, damaged.what());
    return false;
  }
}

void Notary::step(projections::Follower& follower) {
  for (const auto& applied : follower.next(settings_.batch).counted) take(applied);
  for (const auto& [partition, why] : follower.halted()) log_fault(partition, why);
  if (any_is_full() || Steady::now() - looked_ >= settings_.look_every_ms) look();
  publish();
}

void Notary::take(const projections::Applied& applied) {
  const auto& partition = applied.position.partition;
  auto& lane = lanes_.at(partition);
  const auto held = lane.tree.held_size();
  lane.tree.take(applied.head.hash);
  if (lane.tree.held_size() > held) lane.uncompared = {{}, lane.tree.size(), lane.tree.root()};
  const bool is_checkpoint = applied.event && applied.event->stream.kind == checkpoint::kStreamKind;
  const bool is_event = applied.event || !applied.unreadable.empty();
  if (is_event && !is_checkpoint && !lane.unsigned_since && lane.tree.size() > lane.last.size) lane.unsigned_since = Steady::now();
  if (lane.tree.contradiction()) log_fault(partition, *lane.tree.contradiction());
  if (is_checkpoint && partition == place_.checkpoints) take_checkpoint(*applied.event);
}

void Notary::take_checkpoint(const RecordedEvent& event) {
  const auto decoded = checkpoint::decode(event.type, event.data);
  if (!decoded) return logging::error("a checkpoint cannot be read", {{"event", event.meta.event_id}, {"why", decoded.error()}});
  const auto& said = std::get<checkpoint::Signed>(*decoded);
  const log::PartitionId partition{place_.checkpoints.topic.substr(0, place_.checkpoints.topic.rfind('.') + 1) + said.log, said.partition};
  const auto found = lanes_.find(partition);
  if (found == lanes_.end()) return logging::error("a checkpoint is of a partition that there is not", {{"event", event.meta.event_id}});
  auto& lane = found->second;
  if (said.size <= lane.last.size) return;
  const auto opened = proof::open_checkpoint(said.note, public_key_);
  const auto root = log::parse_hash(said.root);
  if (!root || opened != proof::Checkpoint{proof::origin_of(settings_.ledger, partition), said.size, *root}) {
    return log_fault(partition, "the checkpoint in event " + event.meta.event_id + ", of " + std::to_string(said.size) +
                                                  " records, is not one that this key signed");
  }
  lane.last = said;
  lane.signed_at = event.meta.occurred_at;
  lane.tree.expect(said.size, *root);
  if (lane.tree.contradiction()) return log_fault(partition, *lane.tree.contradiction());
  if (said.size <= lane.tree.size()) lane.uncompared = {{}, said.size, *root};
  if (said.size >= lane.tree.size()) lane.unsigned_since.reset();
}

void Notary::look() {
  looked_ = Steady::now();
  const unsigned patience = place_.signs() ? 1 : kSecondInLine;
  for (auto& [partition, lane] : lanes_) {
    try {
      compare_model(partition, lane);
    } catch (const pg::Fault&) {
      // PostgreSQL is away: that is told by those who need it more.
    }
    if (is_due(partition, lane, patience)) sign(partition, lane);
  }
}

void Notary::compare_model(const log::PartitionId& partition, Lane& lane) {
  if (!lane.uncompared || proofs_.size(partition) < lane.uncompared->size) return;
  const auto held = *std::exchange(lane.uncompared, std::nullopt);
  try {
    require_root(proofs_.tree(partition, held.size), held.root);
    model_faults_.erase(partition);
  } catch (const pg::Fault&) {
    throw;
  } catch (const std::runtime_error& damaged) {
    model_fault(partition, damaged.what());
  }
}

bool Notary::any_is_full() const {
  return std::ranges::any_of(lanes_, [&](const auto& each) { return each.second.tree.size() >= each.second.last.size + settings_.records; });
}

bool Notary::is_due(const log::PartitionId& partition, const Lane& lane, unsigned patience) const {
  const auto now = Steady::now();
  if (log_faults_.contains(partition) || !lane.unsigned_since || lane.tree.size() <= lane.last.size || now < lane.not_before) return false;
  return lane.tree.size() - lane.last.size >= patience * settings_.records || now - *lane.unsigned_since >= patience * settings_.interval_ms;
}

void Notary::sign(const log::PartitionId& partition, Lane& lane) {
  const proof::Checkpoint made{proof::origin_of(settings_.ledger, partition), lane.tree.size(), lane.tree.root()};
  const checkpoint::Signed to_sign{log_of(partition), partition.number, made.size, log::to_text(made.root), proof::sign(made, key_)};
  auto proposal = checkpoint::propose({lane.last.size, lane.last.root, to_sign}, signer(settings_.workspace));
  proposal.movable = false;
  const auto outcome = place_.submit(std::move(proposal));
  lane.not_before = Steady::now() + settings_.look_every_ms;
  if (!std::holds_alternative<Accepted>(outcome)) {
    const auto* refused = std::get_if<Rejection>(&outcome);
    return logging::info("a checkpoint was not signed; trying again", {{"topic", partition.topic}, {"partition", partition.number}, {"why", refused ? refused->detail : "the log did not take it"}});
  }
  lane.last = to_sign;
  lane.signed_at = std::chrono::time_point_cast<Timestamp::duration>(std::chrono::system_clock::now());
  lane.unsigned_since.reset();
  lane.tree.expect(made.size, made.root);
  lane.uncompared = made;
}

void Notary::log_fault(const log::PartitionId& partition, const std::string& why) {
  if (!log_faults_.emplace(partition, why).second) return;
  logging::error("the log and what was signed of it do not agree: nothing more is signed in this partition", {{"topic", partition.topic}, {"partition", partition.number}, {"why", why}});
}

void Notary::model_fault(const log::PartitionId& partition, const std::string& why) {
  if (model_faults_[partition] == why) return;
  model_faults_[partition] = why;
  logging::error("the read model of proofs does not agree with what was signed: `promptledger rebuild proof` makes it anew", {{"topic", partition.topic}, {"partition", partition.number}, {"why", why}});
}

void Notary::publish() {
  http::Verification now{.public_key = crypto::to_text(public_key_), .signs = place_.signs(), .partitions = {}};
  const auto found = [](const auto& faults, const log::PartitionId& partition) {
    const auto at = faults.find(partition);
    return at == faults.end() ? std::string{} : at->second;
  };
  for (const auto& [partition, lane] : lanes_) {
    now.partitions.push_back({.partition = partition, .from = lane.from, .to = lane.tree.size(), .held = lane.tree.held_size(), .signed_at = lane.signed_at,
                              .fault = found(log_faults_, partition), .model_fault = found(model_faults_, partition)});
  }
  const std::lock_guard lock{mutex_};
  status_ = std::move(now);
}

}  // namespace ledger::app
