#pragma once

#include <cstdint>
#include <string>

#include "tests/projections/chain.hpp"
#include "tests/support/random_executions.hpp"
#include "tests/support/random_feedback.hpp"
#include "tests/support/random_workspace.hpp"

namespace ledger::test {

// Prompts, settings, notes, executions and feedback of a workspace, as random as its commands.
inline void write_random(Chain& chain, std::uint32_t seeds) {
  prompt::RandomWorkspace workspace;
  feedback::RandomFeedback said;
  execution::RandomExecutions executions;
  for (std::uint32_t seed = 0; seed < seeds; ++seed) {
    (void)workspace.take(seed);
    said.take(seed);
    executions.take(seed);
  }
  for (const auto& event : said.log())
    chain.append(event, event.stream.kind == feedback::kStreamKind ? 0 : 1, kFeedbackTopic);
  for (const auto& event : executions.log()) chain.append(event, event.stream.id.back() % 2, kExecutionsTopic);
  std::uint64_t notes = 0;
  for (const auto& event : workspace.log()) {
    chain.append(event);
    if (event.sequence % 3 == 0) {
      auto noted = note("n", ++notes, "x");
      noted.meta.reason = "a reason, no. " + std::to_string(notes);
      chain.append(noted, 1);
    }
    if (event.sequence % 5 == 0) chain.duplicate();
    if (event.sequence % 7 == 0) chain.barrier();
  }
}

}  // namespace ledger::test
