#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/search/world.hpp"

namespace ledger::search {

using Fingerprint = std::array<std::uint64_t, 2>;

// Writes down all that matters of a world, in such a way that two worlds which differ only in names are written alike: records get their
// names in the order in which they are first mentioned, and are described when they are.
class Sketch {
 public:
  // `order`: the place of each node; nodes that began alike may be exchanged.
  Sketch(const World& world, std::vector<int> order);

  void number(std::int64_t value);
  void text(std::string_view value);
  void record(int card);
  void hash(const log::Hash& hash);
  // Who wrote: the node's place, and whether it is its present life.
  void writer(std::string_view name);
  // How long until then, in milliseconds; what is over is over.
  void wait(Mono at, Mono now);
  const World& world() const { return world_; }
  int place(int node) const { return node < 0 ? -1 : order_[static_cast<std::size_t>(node)]; }

  Fingerprint fingerprint() const;
  const std::string& bytes() const { return bytes_; }

 private:
  const World& world_;
  std::vector<int> order_;
  std::vector<int> names_;             // by card
  int named_ = 0;
  std::string bytes_;
};

// Of all that may matter for what comes, but for what the budgets still allow. With nodes that began alike, the least of what any exchange
// of them gives.
Fingerprint fingerprint(const World& world);
Fingerprint with_budgets(Fingerprint print, const Budgets& left);

}  // namespace ledger::search

namespace ledger {

// Reads all of a writer, its friend: what a search must tell apart.
struct WriterAnatomy {
  static void sketch(const PartitionWriter& writer, const search::Node& node, search::Sketch& into);
};

}  // namespace ledger
