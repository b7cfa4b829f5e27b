#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "commands/partition_writer.hpp"
#include "tests/search/properties.hpp"

namespace ledger::search {

// One unit of time: what waits in a scenario waits for whole units, and time passes by units.
inline constexpr std::chrono::milliseconds kUnit{1'000};

// A command of a client: one word in one stream (tests/commands/words.hpp).
struct Plan {
  enum class Kind : std::uint8_t { add, remove, claim, ensure } kind = Kind::add;
  std::string word = "a";
  std::string stream = "s";
  // Whose key it carries. With his own, the client may try again as often as `attempts` says; else he sends it once.
  enum class Key : std::uint8_t { client, server, server_once } key = Key::client;
  int attempts = 1;
  int node = -1;                       // its client knows only this one
  bool in_turn = false;                // attempt n goes to node n
};

// What may happen only so often: each takes one from its budget.
enum class Budget : std::uint8_t {
  ticks,            // a unit of time passes at a node
  crashes,          // and the node starts again at once, reading
  duplicates,       // a record is stored, and a copy of it stays on the way
  losses,           // a record is gone, which its sender is told
  failures,         // a sender is told of an error, whatever became or becomes of the record
  late_reports,     // a record is stored, and its report comes later
  assumptions, releases, lapses,   // the group assigns the partition to a node, wants it back, has lost the node
  inquiries,
  history_reads,    // the history reads a record
  history_tells,    // a node is told how far the history has come
  cuts,             // the log loses its end
  false_alarms,     // a node is told that the leader changed, and nothing was cut
  refusals,         // a sender takes nothing, until it does again or is given up
  absences,         // the history goes away, until it is back
  count_,
};
using Budgets = std::array<std::uint8_t, static_cast<std::size_t>(Budget::count_)>;

struct Scenario {
  std::string name;
  std::string about;
  int nodes = 2;
  std::vector<Plan> before{};          // in effect already, known to all
  std::vector<Plan> lost{};            // was in effect behind that, and was cut away; the history has read it
  std::vector<Plan> commands{};
  std::vector<std::pair<Budget, int>> bounds{};
  bool alike = true;                   // nodes begin alike: a world with two of them exchanged is the same
  int slow_histories = 0;              // so many nodes whose loads take two steps: the history answers, the answer comes
  bool slow_log = false;               // so do ends and comparisons
  bool restarts_at_checkpoint = true;  // a node that starts again may begin there, or
  bool restarts_at_beginning = true;
  bool way_to_others = false;          // a node that yields can give commands on
  bool lazy = false;                   // drawing consequences is a step of its own
  int batch = 1;                       // records that are read at once, at most
  int decide_units = 1, answer_units = 2;
  WriterSettings settings = unit_settings();
  bool too_large = false;              // to be searched to the end; mutants are found in it
  std::optional<Property> only{};      // of interest: others may break, which a mutant may do on the way

  static WriterSettings unit_settings();
  Budgets budgets() const;
};

std::vector<Scenario> scenarios();
// Larger than what can be searched: for random walks.
Scenario walk_scenario(unsigned seed);

}  // namespace ledger::search
