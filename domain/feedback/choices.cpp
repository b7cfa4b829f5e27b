#include "domain/feedback/choices.hpp"

#include "domain/find_choice.hpp"

namespace ledger::feedback {

std::string_view to_text(UserChoice choice) {
  switch (choice) {
    case UserChoice::original:
      return "original";
    case UserChoice::single:
      return "single";
    case UserChoice::multi:
      return "multi";
  }
  return "unknown";
}

std::string_view to_text(Agent agent) {
  switch (agent) {
    case Agent::syntax:
      return "syntax";
    case Agent::structure:
      return "structure";
    case Agent::domain:
      return "domain";
  }
  return "unknown";
}

std::string_view to_text(Thumbs thumbs) {
  switch (thumbs) {
    case Thumbs::up:
      return "up";
    case Thumbs::down:
      return "down";
  }
  return "unknown";
}

std::optional<UserChoice> parse_user_choice(std::string_view text) { return find_choice(kUserChoices, text); }
std::optional<Agent> parse_agent(std::string_view text) { return find_choice(kAgents, text); }
std::optional<Thumbs> parse_thumbs(std::string_view text) { return find_choice(kThumbs, text); }

}  // namespace ledger::feedback
