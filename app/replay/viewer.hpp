#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/replay/key.hpp"
#include "app/replay/moment.hpp"
#include "app/replay/show.hpp"
#include "app/replay/terminal.hpp"
#include "domain/replay/walk.hpp"

namespace ledger::app {

// A stream for a person at a terminal, one step at a time. Knows no terminal: it is told keys and asked for the screen.
class Viewer {
 public:
  // Steps from `first` to `last`, which there are; the walk must outlive it.
  Viewer(replay::Walk& walk, std::uint64_t first, std::uint64_t last, EventClock clock);

  // False when the person wants to leave.
  bool press(const Key& key);
  // Shows only steps that touch the path. The sentence says what is wrong with it.
  Result<void, std::string> filter(const std::string& path);
  // As many lines as the size has rows, at most, none longer than its columns.
  std::vector<Line> screen(Terminal::Size size);

  std::uint64_t version() const { return version_; }

 private:
  using Entered = void (Viewer::*)(const std::string&);
  struct Entry {
    std::string asks;
    Entered entered;
    std::string text = {};
  };

  bool browse(const Key& key);
  void enter(const Key& key);
  void show(std::uint64_t version);
  void move(bool forward);
  void jump(const std::string& where);
  void filter_entered(const std::string& path);
  std::string status() const;

  replay::Walk& walk_;
  std::uint64_t first_, last_;
  EventClock clock_;
  std::vector<std::uint64_t> shown_;     // the versions that are not filtered away, rising
  std::string filter_;
  std::uint64_t version_ = 0;
  std::vector<Line> body_;
  bool with_state_ = false;
  std::size_t scrolled_ = 0;
  std::string message_;                  // until the next key
  std::optional<Entry> entry_;           // what is being typed
};

}  // namespace ledger::app
