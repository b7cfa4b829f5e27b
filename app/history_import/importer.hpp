#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/history_import/row.hpp"
#include "commands/caller.hpp"
#include "commands/command_side.hpp"

namespace ledger::app {

struct ImportSettings {
  std::string workspace;                                   // the id
  std::string category = "imported";
  std::string key_secret;                                  // for the HMACs of idempotency keys
  std::size_t in_flight = 256;                             // commands sent and not answered
  std::chrono::milliseconds row_deadline_ms{60'000};       // for one row, all its tries together
};

// A row that did not go in, and why.
struct RefusedRow {
  std::uint64_t line = 0;
  std::string why;
};

struct ImportReport {
  std::uint64_t rows = 0;
  std::uint64_t applied = 0;            // made an event now
  std::uint64_t known = 0;              // made one in an earlier import
  std::uint64_t unchanged = 0;          // say what was already so
  std::vector<RefusedRow> refused;      // by the domain, or because their prompt was
  std::vector<RefusedRow> failed;       // the log or the history did not answer in time: import again
  std::vector<log::Position> reached;   // the furthest position of each partition
};

// A prompt as the rows left it.
struct ImportedPrompt {
  std::string name;
  std::string id;
  std::string text;
};

// Turns the rows of a history into the domain's commands, with their own times and actors, and gives them to the command side: rows of
// different prompts many at once, rows of one prompt one after the other. Repeatable: prompt ids and idempotency keys come from the rows.
// One thread.
class HistoryImporter {
 public:
  HistoryImporter(CommandSide& commands, ImportSettings settings) : commands_(commands), settings_(std::move(settings)) {}

  void line(std::uint64_t number, std::string_view text);
  ImportReport finish();                // waits for what is in flight
  const ImportReport& so_far() const { return report_; }
  // Those that are not removed at the end, in no order.
  std::vector<ImportedPrompt> alive() const;

 private:
  struct Prompt {
    std::string id;
    std::optional<std::uint64_t> refused_at;   // the line that would have made it
    HistoryRow last;                           // as the row before left it
    std::uint64_t outstanding = 0;             // a row of it that is in flight; 0 none
    bool removed = false;
  };
  struct Flight {
    std::uint64_t line = 0;
    HistoryRow row;
    std::function<Proposal()> propose;         // the same again, for another try
    std::future<Outcome> outcome;
    std::chrono::steady_clock::time_point give_up_at;
  };

  void take(std::uint64_t number, HistoryRow row, const std::string& row_key);
  void send(std::uint64_t number, HistoryRow row, std::function<Proposal()> propose);
  void settle();                               // the oldest flight, until it is definite
  void settle_through(std::uint64_t number);
  Caller caller(const HistoryRow& row, const std::string& row_key) const;
  void reach(const log::Position& position);

  CommandSide& commands_;
  const ImportSettings settings_;
  std::unordered_map<std::string, Prompt> prompts_;       // by name
  std::unordered_map<std::string, std::uint64_t> repeats_;   // of identical lines, so that each has a key of its own
  std::deque<Flight> flights_;
  std::map<log::PartitionId, std::uint64_t> reached_;
  ImportReport report_;
};

}  // namespace ledger::app
