#include "domain/execution/choices.hpp"

#include "domain/find_choice.hpp"

namespace ledger::execution {

std::string_view to_text(Status status) {
  switch (status) {
    case Status::pending: return "pending";
    case Status::running: return "running";
    case Status::completed: return "completed";
    case Status::failed: return "failed";
    case Status::cancelled: return "cancelled";
  }
  return "unknown";
}

std::string_view to_text(Priority priority) {
  switch (priority) {
    case Priority::low: return "low";
    case Priority::normal: return "normal";
    case Priority::high: return "high";
    case Priority::critical: return "critical";
  }
  return "unknown";
}

std::string_view to_text(Validation validation) {
  switch (validation) {
    case Validation::pending: return "pending";
    case Validation::passed: return "passed";
    case Validation::failed: return "failed";
    case Validation::skipped: return "skipped";
  }
  return "unknown";
}

std::string_view to_text(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warn: return "warn";
    case LogLevel::error: return "error";
  }
  return "unknown";
}

std::optional<Status> parse_status(std::string_view text) { return find_choice(kStatuses, text); }
std::optional<Priority> parse_priority(std::string_view text) { return find_choice(kPriorities, text); }
std::optional<Validation> parse_validation(std::string_view text) { return find_choice(kValidations, text); }
std::optional<LogLevel> parse_log_level(std::string_view text) { return find_choice(kLogLevels, text); }

bool has_ended(Status status) {
  switch (status) {
    case Status::pending:
    case Status::running: return false;
    case Status::completed:
    case Status::failed:
    case Status::cancelled: return true;
  }
  return false;
}

}  // namespace ledger::execution
