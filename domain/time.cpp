#include "domain/time.hpp"

#include <cstdint>

namespace ledger {
namespace {

// Writes the last `width` decimal digits of a number.
void put_digits(std::string& out, std::int64_t number, int width) {
  out.append(static_cast<std::size_t>(width), '0');
  for (std::size_t at = out.size(); width > 0; --width, number /= 10) {
    out[--at] = static_cast<char>('0' + number % 10);
  }
}

// Takes what it reads off the front of the text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take_any(char one, char other) { return take(one) || take(other); }
  std::optional<int> digit() {
    if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') return std::nullopt;
    const int value = rest_.front() - '0';
    rest_.remove_prefix(1);
    return value;
  }
  // Exactly `width` digits, between the bounds.
  bool number(int width, int lowest, int highest, int& out) {
    int value = 0;
    for (; width > 0; --width) {
      const auto next = digit();
      if (!next) return false;
      value = value * 10 + *next;
    }
    out = value;
    return value >= lowest && value <= highest;
  }
  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

// A point is followed by 1 to 9 digits; without one there is no fraction.
bool take_fraction(Scanner& in, std::chrono::microseconds& out) {
  out = std::chrono::microseconds{0};
  if (!in.take('.')) return true;
  std::int64_t nanoseconds = 0;
  int digits = 0;
  while (const auto next = in.digit()) {
    if (++digits > 9) return false;
    nanoseconds = nanoseconds * 10 + *next;
  }
  if (digits == 0) return false;
  for (; digits < 9; ++digits) nanoseconds *= 10;
  out = std::chrono::microseconds{nanoseconds / 1000};
  return true;
}

bool take_offset(Scanner& in, std::chrono::minutes& out) {
  out = std::chrono::minutes{0};
  if (in.take_any('Z', 'z')) return true;
  const bool behind = in.take('-');
  if (!behind && !in.take('+')) return false;
  int hours = 0;
  int minutes = 0;
  if (!in.number(2, 0, 23, hours) || !in.take(':') || !in.number(2, 0, 59, minutes)) return false;
  out = std::chrono::minutes{hours * 60 + minutes};
  if (behind) out = -out;
  return true;
}

}  // namespace

std::string to_rfc3339(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::string out;
  out.reserve(27);
  put_digits(out, static_cast<int>(date.year()), 4);
  out += '-';
  put_digits(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  put_digits(out, static_cast<unsigned>(date.day()), 2);
  out += 'T';
  put_digits(out, clock.hours().count(), 2);
  out += ':';
  put_digits(out, clock.minutes().count(), 2);
  out += ':';
  put_digits(out, clock.seconds().count(), 2);
  out += '.';
  put_digits(out, clock.subseconds().count(), 6);
  out += 'Z';
  return out;
}

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
  Scanner in{text};
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::chrono::microseconds fraction{};
  std::chrono::minutes offset{};
  // A leap second (60) is the next second's beginning: system time does not count it.
  const bool shaped = in.number(4, 0, 9999, year) && in.take('-') && in.number(2, 1, 12, month) && in.take('-') &&
                      in.number(2, 1, 31, day) && (in.take_any('T', 't') || in.take(' ')) &&
                      in.number(2, 0, 23, hour) && in.take(':') && in.number(2, 0, 59, minute) && in.take(':') &&
                      in.number(2, 0, 60, second) && take_fraction(in, fraction) && take_offset(in, offset) &&
                      in.done();
  if (!shaped) return std::nullopt;
  const auto date = std::chrono::year{year} / month / day;
  if (!date.ok()) return std::nullopt;
  const Timestamp time = std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
                         std::chrono::seconds{second} + fraction - offset;
  // An offset may carry the instant out of the years that to_rfc3339 can write.
  const auto written = std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(time)}.year();
  if (written < std::chrono::year{0} || written > std::chrono::year{9999}) return std::nullopt;
  return time;
}

}  // namespace ledger
