#pragma once

#include <string>

#include "domain/feedback/feedback.hpp"
#include "domain/feedback/judge_score.hpp"
#include "domain/feedback/security_scan.hpp"

// Feedback, scores and scans that tests of more than one folder work on.
namespace ledger::feedback::examples {

inline About about(const std::string& request_id = "req-1", const std::string& user = "u1") {
  return {.request_id = request_id, .execution = "e-" + request_id, .prompt = "p1", .version = 2, .user = user};
}

// Everything that can be said.
inline Opinion full() {
  return {.user_choice = UserChoice::multi,
          .judge_winner = Agent::structure,
          .agent_winner = Agent::syntax,
          .rating = 4,
          .thumbs = Thumbs::up,
          .comment = {"Clear.\nA little long.", {}}};
}

inline Opinion thumbs(Thumbs thumbs) {
  return {.user_choice = {}, .judge_winner = {}, .agent_winner = {}, .rating = {}, .thumbs = thumbs, .comment = {}};
}

}  // namespace ledger::feedback::examples
