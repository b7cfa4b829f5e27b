#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

// The words of executions, as the API and the events write them.
namespace ledger::execution {

// pending → running → completed, failed or cancelled; a pending one can be cancelled too.
enum class Status : std::uint8_t { pending, running, completed, failed, cancelled };
inline constexpr std::array kStatuses{Status::pending, Status::running, Status::completed, Status::failed, Status::cancelled};
std::string_view to_text(Status status);
std::optional<Status> parse_status(std::string_view text);
bool has_ended(Status status);

enum class Priority : std::uint8_t { low, normal, high, critical };
inline constexpr std::array kPriorities{Priority::low, Priority::normal, Priority::high, Priority::critical};
std::string_view to_text(Priority priority);
std::optional<Priority> parse_priority(std::string_view text);

// What the prompt's validations said of the output.
enum class Validation : std::uint8_t { pending, passed, failed, skipped };
inline constexpr std::array kValidations{Validation::pending, Validation::passed, Validation::failed, Validation::skipped};
std::string_view to_text(Validation validation);
std::optional<Validation> parse_validation(std::string_view text);

enum class LogLevel : std::uint8_t { debug, info, warn, error };
inline constexpr std::array kLogLevels{LogLevel::debug, LogLevel::info, LogLevel::warn, LogLevel::error};
std::string_view to_text(LogLevel level);
std::optional<LogLevel> parse_log_level(std::string_view text);

}  // namespace ledger::execution
