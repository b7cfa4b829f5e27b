#include "commands/partition_loop.hpp"

#include <algorithm>
#include <utility>

namespace ledger {
namespace {

Moment now() {
  return {std::chrono::steady_clock::now(),
          std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

}  // namespace

PartitionLoop::PartitionLoop(const LoopSettings& settings, log::PartitionId partition, std::string writer_name, LoopWorld& world)
    : settings_(settings),
      partition_(partition),
      world_(world),
      writer_(settings.writer, std::move(partition), std::move(writer_name), world.new_event_id, *this),
      door_(std::make_shared<Door>()) {
  door_->loop = this;
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

PartitionLoop::~PartitionLoop() {
  thread_.request_stop();
  thread_.join();
  const std::lock_guard lock(door_->mutex);
  door_->loop = nullptr;
}

void PartitionLoop::Door::post(Input input) {
  const std::lock_guard lock(mutex);
  if (loop != nullptr) loop->post(std::move(input));
}

void PartitionLoop::start(std::optional<log::Anchor> from) { post(Start{std::move(from)}); }

void PartitionLoop::assume() { post(Assume{}); }

void PartitionLoop::release(std::function<void()> released) { post(Release{std::move(released)}); }

void PartitionLoop::lose() { post(Lose{}); }

void PartitionLoop::submit(Proposal proposal, Deadlines deadlines, OnOutcome on_outcome) {
  post(Submit{std::move(proposal), deadlines, std::move(on_outcome)});
}

void PartitionLoop::inquire(Inquiry inquiry, Deadlines deadlines, OnOutcome on_outcome) {
  post(Inquire{std::move(inquiry), deadlines, std::move(on_outcome)});
}

void PartitionLoop::records(std::vector<log::Arrival> arrivals) {
  inbox_records_ += arrivals.size();
  post(Records{std::move(arrivals)});
}

void PartitionLoop::disturbed(log::Disturbance what) { post(Disturbed{what}); }

void PartitionLoop::history_reached(const log::Anchor& checkpoint) { post(HistoryReached{checkpoint}); }

void PartitionLoop::drain(Mono by) {
  post(Drain{});
  {
    std::unique_lock lock(mutex_);
    idle_.wait_until(lock, by, [&] { return is_idle_ && inbox_.empty(); });
  }
  thread_.request_stop();
}

std::string PartitionLoop::halt_reason() const {
  const std::lock_guard lock(mutex_);
  return halt_reason_;
}

void PartitionLoop::post(Input input) {
  {
    const std::lock_guard lock(mutex_);
    if (!ended_) {
      inbox_.push_back(std::move(input));
      wake_.notify_one();
      return;
    }
  }
  refuse(input);
}

// Waits for inputs or the tick. Idle is who has nothing under way and nothing to take; false when the loop is to end.
bool PartitionLoop::wait(const std::stop_token& stop, std::vector<Input>& inputs, Mono tick_at) {
  std::unique_lock lock(mutex_);
  is_idle_ = writer_.idle();
  if (is_idle_ && inbox_.empty()) idle_.notify_all();
  const auto anything = [&] { return !inbox_.empty(); };
  if (tick_at == Mono::max()) {
    wake_.wait(lock, stop, anything);
  } else {
    wake_.wait_until(lock, stop, tick_at, anything);
  }
  if (stop.stop_requested()) return false;
  inputs.swap(inbox_);
  is_idle_ = is_idle_ && inputs.empty();
  return true;
}

void PartitionLoop::run(const std::stop_token& stop) {
  std::vector<Input> inputs;
  Mono tick_at = Mono::max();
  while (wait(stop, inputs, tick_at)) {
    for (auto& input : inputs) take(std::move(input), now());
    inputs.clear();
    const Moment after = now();
    if (after.mono >= tick_at) {
      writer_.on_tick(after);
      tick_at = Mono::max();
    } else {
      writer_.advance(after);
    }
    // A moment that was named stands until it has come: inputs that never cease must not put it off for ever.
    tick_at = writer_.halted() ? Mono::max() : std::min(tick_at, writer_.next_tick(after));
    tell_halt();
  }
  writer_.abandon(NotStored::Why::stopping, "the server is stopping");
  tell_released();
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    is_idle_ = true;
    inputs.swap(inbox_);
    idle_.notify_all();
  }
  // Whoever came after the last look into the inbox is answered too.
  for (auto& input : inputs) refuse(input);
}

void PartitionLoop::refuse(Input& input) {
  if (auto* submit = std::get_if<Submit>(&input)) submit->on_outcome(NotStored{NotStored::Why::stopping, "the server is stopping", 1000});
  if (auto* inquire = std::get_if<Inquire>(&input)) inquire->on_outcome(Open{});
  if (auto* release = std::get_if<Release>(&input)) release->released();
}

void PartitionLoop::tell_released() {
  for (const auto& told : std::exchange(on_released_, {})) told();
}

void PartitionLoop::tell_halt() {
  {
    const std::lock_guard lock(mutex_);
    if (!writer_.halted() || !halt_reason_.empty()) return;
    halt_reason_ = writer_.halt_reason();
  }
  world_.on_halt(partition_, writer_.halt_reason());
}

void PartitionLoop::take(Input input, const Moment& moment) {
  std::visit(Overloaded{
                 [&](Start& start) { writer_.start(start.from, moment); },
                 [&](Assume&) { writer_.assume(moment); },
                 [&](Release& release) {
                   on_released_.push_back(std::move(release.released));
                   writer_.release(moment);
                 },
                 [&](Lose&) { writer_.lose(moment); },
                 [&](Submit& submit) { writer_.submit(ticket_for(std::move(submit.on_outcome)), std::move(submit.proposal), submit.deadlines); },
                 [&](Inquire& inquire) { writer_.inquire(ticket_for(std::move(inquire.on_outcome)), std::move(inquire.inquiry), inquire.deadlines); },
                 [&](Records& records) {
                   writer_.on_records(records.arrivals, moment);
                   inbox_records_ -= records.arrivals.size();
                 },
                 [&](Reported& reported) { writer_.on_report(reported.id, reported.report, moment); },
                 [&](EndCame& end) { writer_.on_end(end.end, moment); },
                 [&](Loaded& loaded) { writer_.on_loaded(std::move(loaded.slice)); },
                 [&](ReadBack& read) { writer_.on_read_at(read.offset, read.found, moment); },
                 [&](HistoryReached& reached) { writer_.on_history_checkpoint(reached.checkpoint); },
                 [&](Disturbed& disturbed) { writer_.on_disturbance(disturbed.what); },
                 [&](Drain&) { writer_.drain(); },
             },
             input);
}

Ticket PartitionLoop::ticket_for(OnOutcome on_outcome) {
  waiting_.emplace(next_ticket_, std::move(on_outcome));
  return next_ticket_++;
}

log::Taken PartitionLoop::append(const log::Record& record, SendId id) {
  sender_seen_ = world_.sender.generation();
  return world_.log.append(partition_, record, [door = door_, id](const log::Report& report) { door->post(Reported{id, report}); });
}

void PartitionLoop::renew_sender() { world_.sender.renew(sender_seen_); }

void PartitionLoop::load(HistoryQuery query) {
  world_.history_clerks.run([&world = world_, door = door_, timeout = settings_.load_timeout_ms, query = std::move(query)] {
    door->post(Loaded{world.history.load(query, timeout)});
  });
}

void PartitionLoop::ask_end() {
  world_.log_clerks.run([&world = world_, door = door_, timeout = settings_.log_timeout_ms, partition = partition_] {
    door->post(EndCame{world.log.ends(partition, timeout).map([](const log::Ends& ends) { return ends.end; })});
  });
}

void PartitionLoop::read_at(log::Offset offset) {
  world_.log_clerks.run([&world = world_, door = door_, timeout = settings_.log_timeout_ms, partition = partition_, offset] {
    door->post(ReadBack{offset, world.log.at(partition, offset, timeout)});
  });
}

void PartitionLoop::answer(Ticket ticket, Outcome outcome) {
  const auto found = waiting_.find(ticket);
  const OnOutcome on_outcome = std::move(found->second);
  waiting_.erase(found);
  on_outcome(std::move(outcome));
}

void PartitionLoop::counted(const RecordedEvent& event) {
  if (world_.on_counted) world_.on_counted(event);
}

void PartitionLoop::foreign_record(log::Offset offset) {
  if (world_.guard != nullptr) world_.guard->foreign_record(partition_, offset);
}

void PartitionLoop::clock_apart(std::chrono::milliseconds ahead) {
  if (world_.guard != nullptr) world_.guard->clock_apart(ahead);
}

void PartitionLoop::took_over(const std::string& from, std::chrono::microseconds length) {
  if (world_.neighbours != nullptr) world_.neighbours->took_over(partition_, from, length);
}

void PartitionLoop::released(std::chrono::microseconds length) {
  if (world_.neighbours != nullptr) world_.neighbours->released(partition_, length);
  tell_released();
}

void PartitionLoop::check_assignment() {
  if (world_.neighbours != nullptr) world_.neighbours->check_assignment();
}

bool PartitionLoop::yield_to(const std::string& writer) { return world_.neighbours != nullptr && world_.neighbours->yield_to(partition_, writer); }

void PartitionLoop::head_written_by(const std::string& writer) {
  if (world_.neighbours != nullptr) world_.neighbours->head_written_by(partition_, writer);
}

}  // namespace ledger
