#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/proposal.hpp"
#include "log/link_reader.hpp"

namespace ledger::search {

class World;
class Node;
struct Card;

enum class Property : std::uint8_t {
  acknowledged_in_effect,
  once,
  not_stored_never,
  rejected_never,
  rejection_explained,
  gapless,
  allowed,
  reads_not_older,
  absent_never,
  not_behind_his_back,
  link_rule,
  halts_when_cut,
  halts_only_when_cut,
  answered,
  count_,
};
std::string_view to_text(Property property);     // the name, as mutants name what they break

struct Violations {
  std::array<bool, static_cast<std::size_t>(Property::count_)> broken{};
  bool any() const;
  bool has(Property property) const { return broken[static_cast<std::size_t>(property)]; }
};

// What a client knows of one attempt.
enum class Told : std::uint8_t { unsent, nothing, accepted, rejected, not_stored, open, gone };
struct Attempt {
  Told told = Told::unsent;
  bool explained = false;              // a rejection, by a state since it was asked for
  int first_record = -1;               // that was made for it
};
struct Client {
  std::vector<Attempt> attempts;       // those that were sent
  bool accepted = false;
  bool rejected = false;               // to the last attempt
  int absent_through = 0;              // attempts that an inquiry said are nowhere
  bool wrote = false;                  // accepted with an event, at this height; not because it was so already
  std::uint64_t height = 0;
};
struct Asked {                         // an inquiry
  int command = 0;
  int attempts = 0;                    // that were sent before
  bool told = false;
};

// Judges by what is in the log and what clients were told, and knows nothing of how writers work. What is in effect is what a reader of the log from
// its beginning counts: the production code's reader, compared with the link rule as three lines of this folder say it.
class Judge {
 public:
  explicit Judge(World& world) : world_(world), observer_(log::PartitionId{}) {}

  void begin(std::size_t commands);
  void stored(const log::Arrival& arrival, int card);
  void cut();                          // reads the log again
  void sent(int command, int attempt, int card);
  void answered(Node& node, int command, int attempt, const Outcome& outcome);
  void inquiry_answered(int inquiry, const Outcome& outcome);
  void look_at_histories();
  void look_at_nodes();
  void nobody_waits();
  void refresh_explanations();

  std::vector<Client> clients;
  std::vector<Asked> inquiries;
  std::vector<int> chain;              // cards that are in effect
  bool was_cut = false;
  int cuts = 0;

  const Violations& violations() const { return violations_; }
  bool would_reject(int command) const;
  bool counts_at(log::Offset offset) const;      // does the record that stands there count?

 private:
  void wrong(Property property, const std::string& why);
  void counts(int card);
  bool holds(const std::string& word) const;
  bool in_chain(int command) const;

  World& world_;
  log::LinkReader observer_;
  int plain_head_ = -1;                // by the rule itself
  Violations violations_;
};

}  // namespace ledger::search
