#include "commands/feedback/commands.hpp"
#include "commands/field_checks.hpp"
#include "domain/feedback/limits.hpp"

// What judges and scanners found.
namespace {

using namespace ledger;
namespace limits = feedback::limits;

void check_range(const std::string& field, Score value, Score most, FieldChecks& checks) {
  if (value < Score{} || value > most)
    checks.add(field, "must be from 0 to " + to_text(most) + ", not " + to_text(value));
}

}  // namespace

namespace ledger::judge_score {

Decision<Event> decide(const State& state, const GiveScores& command, const GiveContext& context) {
  if (state.exists())
    return tl::unexpected(Rejection{Code::already_exists, "there are scores with this id already", {}});
  if (!context.latest) return tl::unexpected(Rejection{Code::not_found, "there is no prompt " + command.prompt, {}});
  if (command.version < 1 || command.version > *context.latest) {
    return tl::unexpected(Rejection{Code::not_found,
                                    "there is no version " + std::to_string(command.version) +
                                        "; the prompt has the versions 1 to " + std::to_string(*context.latest),
                                    {}});
  }
  FieldChecks checks;
  checks.text("judge", command.judge, 1, limits::kJudgeCharacters);
  if (command.scores.empty()) checks.add("scores", "must hold at least one dimension");
  checks.count("scores", command.scores.size(), limits::kDimensions, "dimensions");
  for (const auto& [dimension, score] : command.scores) {
    checks.word("scores." + dimension, dimension, limits::kDimensionCharacters);
    check_range("scores." + dimension, score, limits::kScoreMost, checks);
  }
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  return Event{Given{command.prompt, command.version, command.judge, command.scores}};
}

}  // namespace ledger::judge_score

namespace ledger::security_scan {

Decision<Event> decide(const State& state, const RecordScan& command) {
  if (state.exists())
    return tl::unexpected(Rejection{Code::already_exists, "there is a scan with this id already", {}});
  FieldChecks checks;
  if (command.input.empty()) checks.add("input_text", "must not be empty");
  if (!command.input.sealed()) checks.text_of_any_size("input_text", command.input.text, FieldChecks::Controls::any);
  checks.text("subject", command.input.subject, 0, limits::kUserCharacters);
  checks.count("input_text", command.input.text.size(), limits::kScannedBytes, "bytes");
  check_range("risk_score", command.risk, limits::kRiskMost, checks);
  checks.word("label", command.label, limits::kScanLabelCharacters);
  checks.text("user", command.user, 0, limits::kUserCharacters);
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  return Event{Recorded{command.input, command.risk, command.label, command.user}};
}

}  // namespace ledger::security_scan
