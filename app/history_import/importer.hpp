#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/flights.hpp"
#include "app/history_import/row.hpp"
#include "commands/caller.hpp"
#include "commands/command_side.hpp"

namespace ledger::app {

struct ImportSettings {
  std::string workspace;                                   // the id
  std::string category = "imported";
  std::string key_secret;                                  // for the HMACs of idempotency keys
  FlightSettings flights;
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
  HistoryImporter(CommandSide& commands, ImportSettings settings) : settings_(std::move(settings)), flights_(commands, settings_.flights) {}

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
    std::uint64_t outstanding = 0;             // the number of its row that is in flight; 0 none
    bool removed = false;
  };
  void take(std::uint64_t number, HistoryRow row, const std::string& row_key);
  std::uint64_t send(std::uint64_t number, const HistoryRow& row, Flights::Propose propose);
  void settled(std::uint64_t number, const HistoryRow& row, const Outcome& outcome);
  Caller caller(const HistoryRow& row, const std::string& row_key) const;

  const ImportSettings settings_;
  std::unordered_map<std::string, Prompt> prompts_;       // by name
  std::unordered_map<std::string, std::uint64_t> repeats_;   // of identical lines, so that each has a key of its own
  Flights flights_;
  ImportReport report_;
};

}  // namespace ledger::app
