#include "commands/writer_group.hpp"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <utility>

#include "commands/partition_loop.hpp"

namespace ledger {
namespace {

constexpr std::size_t kHandOversKept = 16;                       // of each partition
constexpr std::chrono::milliseconds kLookAtMostEvery{100};      // however often a writer meets another

std::int64_t wall_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

std::string_view to_text(HandOver::Kind kind) {
  switch (kind) {
    case HandOver::Kind::took_over: return "took_over";
    case HandOver::Kind::released: return "released";
    case HandOver::Kind::lost: return "lost";
  }
  return "unknown";
}

WriterGroup::WriterGroup(WriterGroupSettings settings, std::string writer) : settings_(settings), writer_(std::move(writer)) {}

WriterGroup::~WriterGroup() { stop(); }

void WriterGroup::join(log::Groups& groups, const std::string& topic_prefix, Peer self, const std::vector<log::PartitionId>& partitions, FindLoop loop) {
  group_ = topic_prefix + ".writers";
  loop_ = std::move(loop);
  std::set<std::string> topics;
  for (const auto& partition : partitions) topics.insert(partition.topic);
  {
    const std::lock_guard lock(mutex_);
    self_ = self;
  }
  if (settings_.assume_all) {
    set_own(partitions, true);
    for (const auto& partition : partitions) loop_(partition)->assume();
  }
  membership_ = groups.join({group_, {topics.begin(), topics.end()}, self.node, self.address, settings_.session_timeout_ms}, *this);
  watcher_ = std::jthread([this, &groups](const std::stop_token& stop) { watch(stop, groups); });
}

void WriterGroup::leave() {
  if (!membership_) return;
  leaving_ = true;
  std::vector<log::PartitionId> own;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [partition, known] : known_) {
      if (known.own) own.push_back(partition);
    }
  }
  // On standby, they give way to whoever takes over.
  for (const auto& partition : own) loop_(partition)->lose();
  set_own(own, false);
  membership_.reset();
}

void WriterGroup::stop() {
  leave();
  watcher_ = {};
}

std::optional<Peer> WriterGroup::elsewhere(const log::PartitionId& partition) const {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(partition);
  if (found == known_.end()) return std::nullopt;
  const auto& known = found->second;
  if (known.winner && Clock::now() < known.winner_until) return known.winner;
  if (known.own || !known.owner || known.owner->node == self_.node) return std::nullopt;
  return known.owner;
}

void WriterGroup::describe(ClusterView& view) const {
  const std::lock_guard lock(mutex_);
  view.self = self_.node;
  view.members_known_us = members_known_us_;
  for (const auto& member : members_) {
    view.nodes.push_back({{member.member, member.about}, member.member == self_.node, member.partitions.size()});
  }
  for (auto& partition : view.partitions) {
    const auto found = known_.find(partition.partition);
    if (found == known_.end()) continue;
    const auto& known = found->second;
    partition.assigned_to = known.own ? self_.node : known.owner ? known.owner->node : "";
    partition.head_writer = known.head_writer;
    partition.hand_overs.assign(known.hand_overs.begin(), known.hand_overs.end());
    partition.hand_over_sums = known.hand_over_sums;
  }
}

void WriterGroup::took_over(const log::PartitionId& partition, const std::string& from, std::chrono::microseconds length) {
  remember(partition, {HandOver::Kind::took_over, wall_us(), from, writer_, length.count()});
}

void WriterGroup::released(const log::PartitionId& partition, std::chrono::microseconds length) {
  remember(partition, {HandOver::Kind::released, wall_us(), writer_, "", length.count()});
}

void WriterGroup::remember(const log::PartitionId& partition, HandOver hand_over) {
  const std::lock_guard lock(mutex_);
  auto& known = known_[partition];
  auto& sum = known.hand_over_sums.at(static_cast<std::size_t>(hand_over.kind));
  ++sum.count;
  sum.length_us += hand_over.length_us;
  known.hand_overs.push_back(std::move(hand_over));
  if (known.hand_overs.size() > kHandOversKept) known.hand_overs.pop_front();
}

void WriterGroup::check_assignment() {
  const std::lock_guard lock(mutex_);
  look_again_ = true;
  wake_.notify_all();
}

bool WriterGroup::yield_to(const log::PartitionId& partition, const std::string& writer) {
  const auto node = node_of_writer(writer);
  const std::lock_guard lock(mutex_);
  look_again_ = true;
  wake_.notify_all();
  if (node.empty() || node == self_.node) return false;
  const auto member = std::find_if(members_.begin(), members_.end(), [&](const log::Member& each) { return each.member == node; });
  if (member == members_.end()) return false;
  auto& known = known_[partition];
  known.winner = Peer{member->member, member->about};
  known.winner_until = Clock::now() + settings_.yield_ms;
  return true;
}

void WriterGroup::head_written_by(const log::PartitionId& partition, const std::string& writer) {
  const std::lock_guard lock(mutex_);
  known_[partition].head_writer = writer;
}

void WriterGroup::set_own(const std::vector<log::PartitionId>& partitions, bool own) {
  const std::lock_guard lock(mutex_);
  for (const auto& partition : partitions) {
    auto& known = known_[partition];
    known.own = own;
    if (own) known.winner.reset();
  }
  look_again_ = true;
  wake_.notify_all();
}

void WriterGroup::assigned(const std::vector<log::PartitionId>& partitions) {
  if (settings_.assume_all || leaving_) return;
  // Of a topic that was widened the group gives more than is followed.
  std::vector<log::PartitionId> followed;
  std::ranges::copy_if(partitions, std::back_inserter(followed), [this](const log::PartitionId& partition) { return loop_(partition) != nullptr; });
  // The loops first: what comes here because it is ours must find them taking over.
  for (const auto& partition : followed) loop_(partition)->assume();
  set_own(followed, true);
}

void WriterGroup::revoked(const std::vector<log::PartitionId>& partitions, std::function<void()> released) {
  // One more than there are, so that none of them can be the last before all were asked.
  const auto left = std::make_shared<std::atomic<std::size_t>>(partitions.size() + 1);
  const auto one_less = [left, released = std::move(released)] {
    if (left->fetch_sub(1) == 1) released();
  };
  if (!settings_.assume_all) {
    set_own(partitions, false);
    for (const auto& partition : partitions) {
      if (auto* const loop = loop_(partition)) {
        loop->release(one_less);
      } else {
        one_less();
      }
    }
  } else {
    for (std::size_t n = 0; n < partitions.size(); ++n) one_less();
  }
  one_less();
}

void WriterGroup::lost(const std::vector<log::PartitionId>& partitions) {
  if (settings_.assume_all) return;
  set_own(partitions, false);
  for (const auto& partition : partitions) {
    remember(partition, {HandOver::Kind::lost, wall_us(), writer_, "", 0});
    if (auto* const loop = loop_(partition)) loop->lose();
  }
}

void WriterGroup::watch(const std::stop_token& stop, log::Groups& groups) {
  while (!stop.stop_requested()) {
    // Who cannot be asked now has most likely not changed either: what is known stays.
    if (const auto members = groups.members(group_, settings_.members_timeout_ms)) learn(*members);
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, kLookAtMostEvery, [] { return false; });
    wake_.wait_for(lock, stop, settings_.members_every_ms, [&] { return look_again_; });
    look_again_ = false;
  }
}

void WriterGroup::learn(const std::vector<log::Member>& members) {
  const std::lock_guard lock(mutex_);
  members_ = members;
  members_known_us_ = wall_us();
  for (auto& [partition, known] : known_) known.owner.reset();
  for (const auto& member : members) {
    for (const auto& partition : member.partitions) known_[partition].owner = Peer{member.member, member.about};
  }
}

}  // namespace ledger
