#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

// The words of feedback, as the API and the events write them.
namespace ledger::feedback {

// Which result the user took: that of the original prompt, of a single agent, or of several together.
enum class UserChoice : std::uint8_t { original, single, multi };
inline constexpr std::array kUserChoices{UserChoice::original, UserChoice::single, UserChoice::multi};
std::string_view to_text(UserChoice choice);
std::optional<UserChoice> parse_user_choice(std::string_view text);

// Who proposed a result.
enum class Agent : std::uint8_t { syntax, structure, domain };
inline constexpr std::array kAgents{Agent::syntax, Agent::structure, Agent::domain};
std::string_view to_text(Agent agent);
std::optional<Agent> parse_agent(std::string_view text);

enum class Thumbs : std::uint8_t { up, down };
inline constexpr std::array kThumbs{Thumbs::up, Thumbs::down};
std::string_view to_text(Thumbs thumbs);
std::optional<Thumbs> parse_thumbs(std::string_view text);

}  // namespace ledger::feedback
