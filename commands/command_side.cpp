#include "commands/command_side.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <utility>

#include "log/partitioner.hpp"

namespace ledger {
namespace {

constexpr std::chrono::milliseconds kPoll{100};
constexpr std::size_t kPollRecords = 4'096;
constexpr std::size_t kInboxRecords = 50'000;   // a loop that has so many to read lets the reader wait

using Clock = std::chrono::steady_clock;

}  // namespace

CommandSide::CommandSide(CommandSideSettings settings, log::Log& log, History& history, std::string writer_name,
                         std::function<std::string()> new_uuid, std::function<void(const log::PartitionId&, const std::string&)> on_halt)
    : settings_(std::move(settings)),
      log_(log),
      history_(history),
      writer_name_(std::move(writer_name)),
      new_uuid_(std::move(new_uuid)),
      sender_(log, settings_.sender_least_age_ms),
      group_(settings_.group, writer_name_),
      guard_(settings_.guard, log),
      log_clerks_(settings_.log_clerks),
      history_clerks_(settings_.history_clerks),
      world_{log_, history_, log_clerks_, history_clerks_, sender_, new_uuid_, std::move(on_halt), {}, &group_, &guard_} {
  for (const auto topic : kLogTopics) topics_.push_back(topic_name(settings_.foundation.topic_prefix, topic));
}

CommandSide::~CommandSide() { stop(std::chrono::milliseconds(0)); }

Result<void, std::string> CommandSide::start(const std::stop_token& told) {
  if (auto created = create_topics(log_, settings_.foundation); !created) return created;
  if (auto guarded = guard_topics(log_, settings_.foundation); !guarded) return guarded;
  auto from = anchors();
  if (!from) return tl::unexpected(from.error());
  std::set<log::PartitionId> begun;
  for (const auto& [partition, anchor] : *from) begun.insert(partition);
  auto foundation = lay_foundation(log_, settings_.foundation, writer_name_, new_uuid_, begun);
  if (!foundation) return tl::unexpected(foundation.error());
  foundation_ = std::move(*foundation);
  for (const auto& partition : foundation_.partitions) ++partition_counts_[partition.topic];
  if (auto right = check_clock(); !right) return right;
  guard_.start(settings_.foundation, foundation_.partitions, guard_hooks_);

  std::vector<log::ReadFrom> reads;
  for (const auto& partition : foundation_.partitions) {
    auto& loop = loops_[partition] = std::make_unique<PartitionLoop>(settings_.loop, partition, writer_name_, world_);
    const auto anchor = from->find(partition);
    reads.push_back({partition, anchor == from->end() ? 0 : anchor->second.next_offset});
    loop->start(anchor == from->end() ? std::nullopt : std::optional(anchor->second));
  }
  reader_ = std::jthread([this, reads = std::move(reads)](const std::stop_token& stop) { read(stop, reads); });
  poller_ = std::jthread([this](const std::stop_token& stop) { poll_history(stop); });

  const auto until = Clock::now() + settings_.start_timeout_ms;
  const auto settled = [&] {
    return std::all_of(loops_.begin(), loops_.end(), [](const auto& loop) {
      const auto phase = loop.second->stats().phase.load();
      return phase != WriterStats::Phase::reading;
    });
  };
  while (!settled()) {
    if (told.stop_requested()) return tl::unexpected<std::string>("it was told to stop before the log's partitions were all read");
    if (Clock::now() >= until) return tl::unexpected("the log's partitions were not all read within " + std::to_string(settings_.start_timeout_ms.count()) + " ms");
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return {};
}

void CommandSide::join(log::Groups& groups, Peer self) {
  group_.join(groups, settings_.foundation.topic_prefix, std::move(self), foundation_.partitions, [this](const log::PartitionId& partition) { return loop(partition); });
}

// Where the history has come to. A partition that it does not know is read from its beginning.
Result<std::map<log::PartitionId, log::Anchor>, std::string> CommandSide::anchors() {
  const auto checkpoints = history_.checkpoints(topics_, settings_.loop.load_timeout_ms);
  if (!checkpoints) return tl::unexpected("the history's checkpoints could not be read: " + checkpoints.error().why);
  std::map<log::PartitionId, log::Anchor> anchors;
  for (const auto& checkpoint : *checkpoints) {
    // Where its record stands is not known, so it could never be compared.
    if (checkpoint.anchor.head_offset >= 0) anchors[checkpoint.partition] = checkpoint.anchor.behind_head();
  }
  return anchors;
}

// Our clock against the log's, before anything is written that counts (protocol step 23): by the append time of a second genesis, which is void.
Result<void, std::string> CommandSide::check_clock() {
  // Where there is no genesis it would not be void. Where there is none at all, nothing will be written.
  const auto has_genesis = [&](const log::PartitionId& each) { return !foundation_.emptied.contains(each); };
  const auto found = std::find_if(foundation_.partitions.rbegin(), foundation_.partitions.rend(), has_genesis);
  if (found == foundation_.partitions.rend()) return {};
  const auto& partition = *found;
  const auto now_us = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  const log::Genesis again{foundation_.ledger, partition, partition_counts_.at(partition.topic)};
  auto stored = std::make_shared<std::promise<log::Report>>();
  auto report = stored->get_future();
  const auto taken = log_.append(partition, log::make_genesis(again, new_uuid_(), writer_name_, now_us), [stored](const log::Report& told) { stored->set_value(told); });
  if (taken != log::Taken::yes || report.wait_for(settings_.loop.log_timeout_ms) != std::future_status::ready) {
    return tl::unexpected("the log took no record of ours within " + std::to_string(settings_.loop.log_timeout_ms.count()) + " ms");
  }
  const auto told = report.get();
  if (!told.offset) return tl::unexpected("the log took no record of ours: " + told.error);
  const auto arrival = log_.at(partition, *told.offset, settings_.loop.log_timeout_ms);
  if (!arrival) return tl::unexpected("a record just written could not be read: " + arrival.error().why);
  if (!*arrival || (*arrival)->append_time_ms <= 0) return {};
  const auto skew_ms = std::abs(now_us / 1'000 - (*arrival)->append_time_ms);
  if (skew_ms <= settings_.guard.clock_skew_max_ms.count()) return {};
  return tl::unexpected("this machine's clock and the log's differ by " + std::to_string(skew_ms) + " ms; at most " +
                        std::to_string(settings_.guard.clock_skew_max_ms.count()) + " are allowed. Synchronise them (NTP)");
}

void CommandSide::stop(std::chrono::milliseconds bound) {
  stopping_ = true;
  const auto by = Clock::now() + bound;
  for (auto& [partition, loop] : loops_) loop->drain(by);
  group_.stop();
  guard_.stop();
  poller_ = {};
  reader_ = {};
}

log::PartitionId CommandSide::partition_of(LogTopic topic, std::string_view key) const {
  auto name = topic_name(settings_.foundation.topic_prefix, topic);
  const auto count = partition_counts_.find(name);
  const auto number = count == partition_counts_.end() ? -1 : log::partition_of(key, count->second);
  return {std::move(name), number};
}

std::optional<Peer> CommandSide::elsewhere(const log::PartitionId& partition) const { return group_.elsewhere(partition); }

PartitionLoop* CommandSide::loop(const log::PartitionId& partition) const {
  const auto found = loops_.find(partition);
  return found == loops_.end() ? nullptr : found->second.get();
}

Deadlines CommandSide::deadlines() const {
  const auto now = Clock::now();
  return {now + settings_.command_deadline_ms, now + settings_.command_deadline_ms + settings_.answer_grace_ms};
}

void CommandSide::submit(Proposal proposal, OnOutcome on_outcome) {
  proposal.partition = partition_of(proposal.topic, proposal.partition_key);
  auto* const to = loop(proposal.partition);
  if (stopping_ || to == nullptr) {
    on_outcome(NotStored{NotStored::Why::stopping, "the server is starting or stopping", 1'000});
    return;
  }
  if (auto why = guard_.refuses(proposal.partition.topic)) {
    on_outcome(NotStored{NotStored::Why::unfit_log, std::move(*why), static_cast<std::uint32_t>(settings_.guard.every_ms.count())});
    return;
  }
  auto bounds = deadlines();
  if (proposal.decide_by) bounds.decide_by = std::min(bounds.decide_by, *proposal.decide_by);
  to->submit(std::move(proposal), bounds, std::move(on_outcome));
}

std::future<Outcome> CommandSide::submit(Proposal proposal) {
  auto promise = std::make_shared<std::promise<Outcome>>();
  auto future = promise->get_future();
  submit(std::move(proposal), [promise](Outcome outcome) { promise->set_value(std::move(outcome)); });
  return future;
}

std::future<Outcome> CommandSide::inquire(Inquiry inquiry) {
  auto promise = std::make_shared<std::promise<Outcome>>();
  auto future = promise->get_future();
  auto* const to = loop(inquiry.partition);
  if (stopping_ || to == nullptr) {
    promise->set_value(Open{});
  } else {
    to->inquire(std::move(inquiry), deadlines(), [promise](Outcome outcome) { promise->set_value(std::move(outcome)); });
  }
  return future;
}

// One that halted keeps nobody from the others, unless there are none.
bool CommandSide::ready() const {
  using Phase = WriterStats::Phase;
  std::size_t at_work = 0;
  for (const auto& [partition, loop] : loops_) {
    const auto phase = loop->stats().phase.load();
    if (phase == Phase::reading || phase == Phase::stopped) return false;
    if (phase != Phase::halted) ++at_work;
  }
  return !stopping_ && at_work > 0;
}

bool CommandSide::any_halted() const {
  return std::any_of(loops_.begin(), loops_.end(), [](const auto& loop) { return loop.second->stats().phase.load() == WriterStats::Phase::halted; });
}

ClusterView CommandSide::cluster() const {
  ClusterView view;
  for (const auto& [partition, loop] : loops_) {
    const auto& stats = loop->stats();
    auto& row = view.partitions.emplace_back();
    row.partition = partition;
    row.role = stats.phase;
    row.head_height = stats.head_height;
    row.head_recorded_us = stats.head_recorded_us;
    for (std::size_t cls = 0; cls < stats.voids.size(); ++cls) row.voids[cls] = stats.voids[cls];
    row.own_void = stats.own_void;
    row.foreign_heads = stats.foreign_heads;
    row.races_lost = stats.races_lost;
    row.yields = stats.yields;
    row.moved = stats.moved;
  }
  group_.describe(view);
  return view;
}

void CommandSide::each(const std::function<void(const PartitionLoop&)>& visit) const {
  for (const auto& [partition, loop] : loops_) visit(*loop);
}

void CommandSide::read(const std::stop_token& stop, std::vector<log::ReadFrom> from) {
  const auto reader = log_.read(from);
  while (!stop.stop_requested()) {
    auto batch = reader->poll(kPoll, kPollRecords);
    std::map<log::PartitionId, std::vector<log::Arrival>> by_partition;
    for (auto& arrival : batch.arrivals) by_partition[arrival.partition].push_back(std::move(arrival));
    for (auto& [partition, arrivals] : by_partition) {
      auto* const to = loop(partition);
      while (to->inbox_records() > kInboxRecords && !stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      to->records(std::move(arrivals));
    }
    for (const auto& disturbed : batch.disturbances) loop(disturbed.partition)->disturbed(disturbed.what);
  }
}

void CommandSide::poll_history(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  while (!stop.stop_requested()) {
    if (const auto checkpoints = history_.checkpoints(topics_, settings_.loop.load_timeout_ms)) {
      for (const auto& checkpoint : *checkpoints) {
        if (auto* const to = loop(checkpoint.partition)) to->history_reached(checkpoint.anchor);
      }
    }
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, settings_.history_poll_ms, [] { return false; });
  }
}

}  // namespace ledger
