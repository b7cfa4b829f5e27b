#include "http/batch/completions.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "domain/result.hpp"
#include "http/changes/give.hpp"

namespace ledger::http {
namespace {

using Status = LineOutcome::Status;

bool passes(NotStored::Why why) {
  switch (why) {
    case NotStored::Why::overloaded:
    case NotStored::Why::history_away:
    case NotStored::Why::history_behind:
    case NotStored::Why::lost_race:
    case NotStored::Why::log_away:
    case NotStored::Why::moved: return true;
    case NotStored::Why::unreadable:
    case NotStored::Why::halted:
    case NotStored::Why::stopping:
    case NotStored::Why::unfit_log: return false;
  }
  return false;
}

}  // namespace

LineOutcome line_outcome(const ledger::Outcome& outcome) {
  return std::visit(Overloaded{
                        [](const Accepted& accepted) {
                          return LineOutcome{.status = accepted.event && !accepted.replayed ? Status::recorded : Status::already_recorded, .position = accepted.position};
                        },
                        [](const Rejection& rejection) { return LineOutcome{.status = Status::rejected, .problem = problem_of(rejection)}; },
                        [](const NotStored& refused) {
                          return LineOutcome{.status = Status::not_stored, .problem = not_stored_problem(refused), .may_pass = passes(refused.why)};
                        },
                        [](const Open&) {
                          // Its id makes another try safe, and that one waits for what is under way.
                          return LineOutcome{.status = Status::open,
                                             .problem = problem(Code::deadline_exceeded, "The log has not said in time whether this was stored. Send it again under the same id."),
                                             .may_pass = true};
                        },
                        [](const Absent&) -> LineOutcome { throw std::logic_error("a command was answered like an inquiry"); },
                    },
                    outcome);
}

Completions::Completions() : signal_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (signal_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Completions::~Completions() { ::close(signal_); }

void Completions::tell(std::uint64_t command, LineOutcome outcome) {
  const std::lock_guard lock(mutex_);
  told_.emplace_back(command, std::move(outcome));
  if (told_.size() > 1) return;        // whoever takes the first takes this one, too
  const std::uint64_t one = 1;
  (void)!::write(signal_, &one, sizeof one);
}

std::vector<std::pair<std::uint64_t, LineOutcome>> Completions::take() {
  const std::lock_guard lock(mutex_);
  if (told_.empty()) return {};
  std::uint64_t count = 0;
  (void)!::read(signal_, &count, sizeof count);
  return std::exchange(told_, {});
}

}  // namespace ledger::http
