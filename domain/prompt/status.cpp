#include "domain/prompt/status.hpp"

#include <array>

namespace ledger::prompt {
namespace {

constexpr std::array kStatuses{Status::draft, Status::published, Status::deprecated, Status::archived};

}  // namespace

std::string_view to_text(Status status) {
  switch (status) {
    case Status::draft:
      return "draft";
    case Status::published:
      return "published";
    case Status::deprecated:
      return "deprecated";
    case Status::archived:
      return "archived";
  }
  return "unknown";
}

std::optional<Status> parse_status(std::string_view text) {
  for (const Status status : kStatuses) {
    if (to_text(status) == text) return status;
  }
  return std::nullopt;
}

bool may_move(Status from, Status to) {
  switch (from) {
    case Status::draft:
      return to == Status::published || to == Status::archived;
    case Status::published:
      return to == Status::deprecated || to == Status::archived;
    case Status::deprecated:
      return to == Status::published || to == Status::archived;
    case Status::archived:
      return to == Status::deprecated;
  }
  return false;
}

}  // namespace ledger::prompt
