#include "http/batch/named_versions.hpp"

#include "http/past/read_prompt.hpp"

namespace ledger::http {
namespace {

constexpr std::chrono::milliseconds kMoment{1'000};
constexpr std::size_t kKnownMax = 10'000;

}  // namespace

std::optional<projections::NamedVersion> NamedVersions::find(const std::string& prompt, const projections::WantedVersion& wanted) {
  const std::tuple key(prompt, wanted.number.value_or(0), wanted.label.value_or(""));
  const auto now = Clock::now();
  if (const auto known = known_.find(key); known != known_.end() && now < known->second.until) return known->second.version;
  if (known_.size() >= kKnownMax) known_.clear();
  request_.deadline = now + app_.settings.min_position_wait_ms;
  auto found = find_named_version(request_, app_, prompt, wanted);
  const bool for_good = wanted.number && found && found->number > 0;
  known_[key] = {found, for_good ? Clock::time_point::max() : Clock::now() + kMoment};
  return found;
}

}  // namespace ledger::http
