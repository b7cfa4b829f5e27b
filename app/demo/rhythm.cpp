#include "app/demo/rhythm.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace ledger::demo {
namespace {

constexpr int kHours = 24;
constexpr std::array<double, kHours> kByHour{0.08, 0.05, 0.04, 0.04, 0.05, 0.1, 0.25, 0.5, 0.85, 1.1, 1.2, 1.15, 0.9, 1.0, 1.15, 1.15, 1.05, 0.85, 0.6, 0.45, 0.35, 0.28, 0.2, 0.12};
constexpr std::array<double, 7> kByWeekday{0.3, 1.0, 1.05, 1.1, 1.05, 0.9, 0.35};   // from Sunday on
constexpr double kGrowth = 1.5;        // so much more at the end than at the beginning

}  // namespace

Rhythm::Rhythm(Timestamp from, int days) : from_(from) {
  double all = 0;
  const auto first_day = std::chrono::floor<std::chrono::days>(from);
  for (int day = 0; day < days; ++day) {
    const std::chrono::weekday weekday(first_day + std::chrono::days(day));
    const double grown = 1 + kGrowth * day / days;
    for (const double by_hour : kByHour) done_.push_back(all += by_hour * kByWeekday[weekday.c_encoding()] * grown);
  }
  for (double& done : done_) done /= all;
}

Timestamp Rhythm::moment(double share) const {
  const auto hour = std::min<std::size_t>(static_cast<std::size_t>(std::upper_bound(done_.begin(), done_.end(), share) - done_.begin()), done_.size() - 1);
  const double before = hour == 0 ? 0 : done_[hour - 1];
  const double of_hour = std::clamp((share - before) / (done_[hour] - before), 0.0, 1.0);
  constexpr double kHourUs = 3'600e6;
  return from_ + std::chrono::hours(hour) + std::chrono::microseconds(static_cast<std::int64_t>(of_hour * kHourUs));
}

}  // namespace ledger::demo
