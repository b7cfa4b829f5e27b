#include "app/subcommands.hpp"

#include "app/bench.hpp"

namespace ledger::app {

std::span<const Subcommand> subcommands() {
  static const std::vector<Subcommand> kSubcommands{
      bench(),
  };
  return kSubcommands;
}

}  // namespace ledger::app
