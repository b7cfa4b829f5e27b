#include "app/subcommands.hpp"

#include "app/bench.hpp"
#include "app/demo.hpp"
#include "app/heal.hpp"
#include "app/import.hpp"
#include "app/migrate.hpp"
#include "app/operate.hpp"
#include "app/project.hpp"
#include "app/rebuild.hpp"
#include "app/rewrap.hpp"
#include "app/serve.hpp"
#include "app/up.hpp"
#include "app/verify.hpp"

namespace ledger::app {

std::span<const Subcommand> subcommands() {
  static const std::vector<Subcommand> kSubcommands{
      up(),
      serve(),
      project(),
      migrate(),
      import(),
      demo(),
      rebuild(),
      projections_operation(),
      rewrap(),
      heal(),
      verify(),
      bench(),
  };
  return kSubcommands;
}

}  // namespace ledger::app
