#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/flights.hpp"
#include "app/signals.hpp"
#include "commands/command_side.hpp"
#include "domain/recorded_event.hpp"
#include "log/record.hpp"

namespace ledger::app {

struct RestoreSettings {
  std::string key_secret;                          // for the HMACs of idempotency keys
  std::optional<std::string> workspace_name = {};  // what the workspace is called here, when it has to be made; else as in the dump
  FlightSettings flights;
};

struct RestoreReport {
  std::uint64_t restored = 0;   // now
  std::uint64_t known = 0;      // by an earlier import
  struct Refused {
    std::string stream;
    std::uint64_t version = 0;  // the first that was
    std::string why;
  };
  std::vector<Refused> refused;          // each stream once: what follows in it is not even tried
  std::uint64_t skipped = 0;             // events behind a refused one
  std::vector<log::Position> reached;
  bool complete = false;                 // told to stop, it is not
};

// Gives the events of dumps back to their streams through the command side. Repeatable: each has an idempotency key made of stream and version, so that
// a second run adds nothing and an interrupted one goes on. One thread.
class Restorer {
 public:
  Restorer(CommandSide& commands, RestoreSettings settings);

  // Throws std::runtime_error when the workspace cannot be made, or the ledger does not take an event in time.
  void workspace(RecordedEvent event);
  void event(const RecordedEvent& event);
  RestoreReport finish();

 private:
  CommandKey key_of(const RecordedEvent& event) const;
  Flights::Propose proposing(const RecordedEvent& event, CommandKey key) const;
  void settled(const RecordedEvent& event, const Flights::Propose& propose, Outcome outcome);
  void refuse(const RecordedEvent& event, const std::string& why);

  const RestoreSettings settings_;
  Flights flights_;
  std::set<std::string> names_in_flight_;              // tags of names that change hands in what is not settled
  std::map<std::string, std::size_t> refused_;         // stream to its place in the report
  RestoreReport report_;
};

// Checks all of a dump, then restores it: the workspace, everything else stream by stream, and last its prompts in the order in which their events were
// recorded, because names pass from one to another. Throws std::runtime_error when the dump is none, before anything is written.
RestoreReport restore_dump(Restorer& restorer, const std::string& path, const Signals& signals);

}  // namespace ledger::app
