#include "app/rewrap.hpp"

#include <ostream>
#include <stdexcept>

#include "app/master_keys.hpp"
#include "app/wiring.hpp"
#include "projections/subjects/subject_key_table.hpp"
#include "infra/sealing/rewrap.hpp"

namespace ledger::app {
namespace {

ExitStatus run(const Invocation& call) {
  const auto masters = read_master_keys(call.settings.sealing.master_key_file);
  if (masters.first() == nullptr) throw std::runtime_error("there is no master key to seal under: --master-key-file names none");
  pg::Pool pool(pool_settings(call.settings, "rewrap"));
  projections::SubjectKeyTable keys(pool);
  const auto stop = call.signals.token();
  const auto counted = sealing::rewrap(masters, keys, [&] { return !stop.stop_requested(); });
  call.out << counted.done << " keys are now sealed under the first master key (" << masters.first()->fingerprint << "); " << counted.locked
           << " were left, since no master key here opens them\n";
  return counted.locked == 0 ? ExitStatus::done : ExitStatus::failed;
}

}  // namespace

Subcommand rewrap() {
  using config::Section;
  return {.name = "rewrap",
          .summary = "Seal subjects' keys under the first master key, so that older ones may go",
          .settings = {Section::postgres, Section::sealing, Section::log},
          .arguments = {},
          .run = run};
}

}  // namespace ledger::app
