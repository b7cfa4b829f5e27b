#include "app/replay/viewer.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

#include "domain/json.hpp"
#include "domain/utf8.hpp"

namespace ledger::app {
namespace {

using Is = Key::Is;
using Tone = Line::Tone;

constexpr std::string_view kHelp = "← → step   home end   j jump   f filter   s state   ↑ ↓ scroll   q quit";
constexpr std::size_t kRowsAround = 2;   // the title and the help

// Whatever is longer than a row goes on in the next.
void wrap(std::vector<Line>& into, const Line& line, std::size_t columns) {
  std::string_view rest = line.text;
  do {
    std::string_view behind = rest;
    for (std::size_t i = 0; i < columns && !behind.empty(); ++i) take_code_point(behind);
    into.push_back({line.tone, std::string(rest.substr(0, rest.size() - behind.size()))});
    rest = behind;
  } while (!rest.empty());
}

std::string first_of(std::string_view text, std::size_t columns) {
  std::vector<Line> rows;
  wrap(rows, {Tone::plain, std::string(text)}, columns);
  return rows.front().text;
}

}  // namespace

Viewer::Viewer(replay::Walk& walk, std::uint64_t first, std::uint64_t last, EventClock clock) : walk_(walk), first_(first), last_(last), clock_(clock) {
  shown_.resize(last_ - first_ + 1);
  std::iota(shown_.begin(), shown_.end(), first_);
  show(first_);
}

bool Viewer::press(const Key& key) {
  message_.clear();
  if (!entry_) return browse(key);
  enter(key);
  return true;
}

bool Viewer::browse(const Key& key) {
  switch (key.is) {
    case Is::right: move(true); return true;
    case Is::left: move(false); return true;
    case Is::home: show(shown_.front()); return true;
    case Is::end: show(shown_.back()); return true;
    case Is::down: ++scrolled_; return true;
    case Is::up: scrolled_ -= scrolled_ > 0 ? 1 : 0; return true;
    case Is::page_down: scrolled_ += 10; return true;
    case Is::page_up: scrolled_ -= std::min<std::size_t>(scrolled_, 10); return true;
    case Is::character: break;
    case Is::enter:
    case Is::backspace:
    case Is::escape:
    case Is::unknown: return true;
  }
  switch (key.text.front()) {
    case 'q': return false;
    case 'l':
    case ' ': move(true); break;
    case 'h': move(false); break;
    case 'g': show(shown_.front()); break;
    case 'G': show(shown_.back()); break;
    case 'j': entry_ = Entry{"version, time or day: ", &Viewer::jump}; break;
    case 'f':
    case '/': entry_ = Entry{"path to watch (none: all steps): ", &Viewer::filter_entered}; break;
    case 's':
      with_state_ = !with_state_;
      show(version_);
      break;
    default: break;
  }
  return true;
}

void Viewer::enter(const Key& key) {
  std::string& text = entry_->text;
  if (key.is == Is::escape) {
    entry_.reset();
  } else if (key.is == Is::enter) {
    const Entry done = *std::exchange(entry_, std::nullopt);
    (this->*done.entered)(done.text);
  } else if (key.is == Is::character) {
    text += key.text;
  } else if (key.is == Is::backspace && !text.empty()) {
    while (text.size() > 1 && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) text.pop_back();
    text.pop_back();
  }
}

// The step that leads to a version. One that cannot be followed leaves the screen as it is.
void Viewer::show(std::uint64_t version) {
  const auto before = walk_.version() + 1 == version ? Result<void, std::string>{} : walk_.go_to(version - 1);
  const auto step = before ? walk_.forward() : tl::unexpected(before.error());
  if (!step) {
    message_ = printable(step.error());
    return;
  }
  version_ = version;
  scrolled_ = 0;
  body_ = lines_of(*step, walk_.last_version(), Values::whole);
  if (!with_state_) return;
  body_.push_back({Tone::strong, "the state behind it"});
  const auto state = lines_of_state(walk_.state());
  body_.insert(body_.end(), state.begin(), state.end());
}

void Viewer::move(bool forward) {
  const auto here = std::ranges::lower_bound(shown_, version_);
  if (forward) {
    const auto next = std::ranges::upper_bound(shown_, version_);
    if (next == shown_.end()) message_ = "this is the last step";
    else show(*next);
  } else {
    if (here == shown_.begin()) message_ = "this is the first step";
    else show(*std::prev(here));
  }
}

// To the last step at or before the place, of those that are shown.
void Viewer::jump(const std::string& where) {
  const auto place = StreamPlace::parse(where);
  if (!place) {
    message_ = printable(place.error());
    return;
  }
  const auto behind = std::ranges::upper_bound(shown_, version_at(walk_.events(), *place, clock_));
  show(behind == shown_.begin() ? shown_.front() : *std::prev(behind));
}

void Viewer::filter_entered(const std::string& path) {
  if (const auto filtered = filter(path); !filtered) message_ = printable(filtered.error());
}

Result<void, std::string> Viewer::filter(const std::string& path) {
  std::optional<replay::Path> watched;
  if (!path.empty()) {
    auto parsed = replay::Path::parse(path);
    if (!parsed) return tl::unexpected(parsed.error().problem);
    watched = std::move(*parsed);
  }
  walk_.watch(std::move(watched));
  std::vector<std::uint64_t> touching;
  auto outcome = walk_.go_to(first_ - 1);
  while (outcome && walk_.version() < last_) {
    const auto step = walk_.forward();
    if (!step) outcome = tl::unexpected(step.error());
    else if (step->touches) touching.push_back(step->version());
  }
  walk_.watch(std::nullopt);
  if (!outcome) return outcome;
  if (touching.empty()) return tl::unexpected("no step changes " + path);
  shown_ = std::move(touching);
  filter_ = path;
  const auto at = std::ranges::lower_bound(shown_, version_);
  show(at == shown_.end() ? shown_.back() : *at);
  return {};
}

std::string Viewer::status() const {
  if (entry_) return printable(entry_->asks + entry_->text) + "_";
  if (!message_.empty()) return message_;
  if (filter_.empty()) return std::string(kHelp);
  const auto place = std::ranges::lower_bound(shown_, version_) - shown_.begin() + 1;
  return printable("step " + std::to_string(place) + " of " + std::to_string(shown_.size()) + " that change " + filter_) + "   " + std::string(kHelp);
}

std::vector<Line> Viewer::screen(Terminal::Size size) {
  std::vector<Line> rows;
  for (const auto& line : body_) wrap(rows, line, size.columns);
  const std::size_t room = size.rows > kRowsAround ? size.rows - kRowsAround : 0;
  scrolled_ = std::min(scrolled_, rows.size() > room ? rows.size() - room : 0);
  std::vector<Line> out{{Tone::faint, first_of(printable(walk_.stream().text()), size.columns)}};
  for (std::size_t i = scrolled_; i < rows.size() && i < scrolled_ + room; ++i) out.push_back(std::move(rows[i]));
  if (size.rows < kRowsAround) return out;
  while (out.size() + 1 < size.rows) out.push_back({});
  out.push_back({entry_ || !message_.empty() ? Tone::plain : Tone::faint, first_of(status(), size.columns)});
  return out;
}

}  // namespace ledger::app
