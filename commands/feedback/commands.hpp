#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "commands/decision.hpp"
#include "commands/field_checks.hpp"
#include "domain/feedback/feedback.hpp"
#include "domain/feedback/judge_score.hpp"
#include "domain/feedback/security_scan.hpp"

// What can be said of executions, versions and texts, and what becomes of it. Pure: what belongs to other partitions
// comes in the context. It was looked up before, and never changes once it is so.
namespace ledger::feedback {

// A change to one part of an opinion. Absent: it stays as it is. An empty optional inside: it is taken away.
template <class T>
using Say = std::optional<std::optional<T>>;

struct GiveFeedback {
  std::string request_id;
  Say<UserChoice> user_choice;
  Say<Agent> judge_winner;
  Say<Agent> agent_winner;
  Say<std::uint8_t> rating;
  Say<Thumbs> thumbs;
  Say<PersonalText> comment;
};

// How a request id was first used.
struct Origin {
  About about;
  std::string owner;  // the actor that recorded the execution
};

struct GiveContext {
  std::string actor;  // who gives the feedback
  std::optional<Origin> origin;
};

Decision<Event> decide(const State& state, const GiveFeedback& command, const GiveContext& context);

// What is wrong with a comment, for whoever seals it: then nobody can look at it any more.
void check_comment(const std::string& comment, FieldChecks& checks);

}  // namespace ledger::feedback

namespace ledger::judge_score {

struct GiveScores {
  std::string prompt;
  prompt::VersionNumber version = 0;
  std::string judge;
  Scores scores;
};

struct GiveContext {
  std::optional<prompt::VersionNumber> latest;  // of the prompt's versions; nothing: there is no such prompt
};

Decision<Event> decide(const State& state, const GiveScores& command, const GiveContext& context);

}  // namespace ledger::judge_score

namespace ledger::security_scan {

struct RecordScan {
  PersonalText input;
  Score risk;
  std::string label;
  std::string user;
};

Decision<Event> decide(const State& state, const RecordScan& command);

}  // namespace ledger::security_scan
