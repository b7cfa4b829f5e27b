#include "commands/decision.hpp"

#include <string>

#include "commands/field_checks.hpp"
#include "domain/prompt/limits.hpp"

namespace ledger {
namespace {

constexpr std::size_t kActorCharacters = 255;

}  // namespace

std::optional<Rejection> check_expected(std::uint64_t version, const ExpectedVersion& expected) {
  if (!expected || *expected == version) return std::nullopt;
  return Rejection{Code::stale_version,
                   "you expected version " + std::to_string(*expected) + ", but the present version is " +
                       std::to_string(version) + "; read it again and decide anew",
                   {}};
}

std::optional<Rejection> check_meta(const Meta& meta) {
  FieldChecks checks;
  checks.text("actor", meta.actor, 1, kActorCharacters);
  if (meta.reason) checks.text("reason", *meta.reason, 0, prompt::limits::kReasonCharacters);
  return checks.rejection();
}

}  // namespace ledger
