#include "http/reading/feedback_fields.hpp"

#include "domain/feedback/limits.hpp"
#include "domain/json.hpp"
#include "domain/money.hpp"
#include "http/reading/choices.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;
namespace limits = feedback::limits;

feedback::Say<std::uint8_t> read_rating(Fields& fields) {
  if (fields.is_null("rating")) return std::optional<std::uint8_t>();
  const auto rating = fields.optional_integer("rating", limits::kRatingLeast, limits::kRatingMost);
  return rating ? feedback::Say<std::uint8_t>(static_cast<std::uint8_t>(*rating)) : std::nullopt;
}

feedback::Say<PersonalText> read_comment(Fields& fields) {
  const auto comment = fields.nullable_string("comment");
  return comment ? feedback::Say<PersonalText>(PersonalText{comment->value_or(""), {}}) : std::nullopt;
}

projections::Period read_created(Query& query) { return {query.time("created_from"), query.time("created_until")}; }

std::optional<Score> read_risk(Query& query, std::string_view name) {
  const auto text = query.text(name);
  if (!text) return std::nullopt;
  const auto risk = parse_score(*text);
  if (risk && *risk >= Score{} && *risk <= limits::kRiskMost) return risk;
  query.refuse(name, "must be a number from 0 to 1 with at most 6 decimals");
  return std::nullopt;
}

}  // namespace

feedback::GiveFeedback read_feedback(Fields& fields) {
  using namespace feedback;
  return {.request_id = fields.required_string("request_id"),
          .user_choice = fields.nullable_choice<UserChoice>("user_choice", words_of(kUserChoices)),
          .judge_winner = fields.nullable_choice<Agent>("judge_winner", words_of(kAgents)),
          .agent_winner = fields.nullable_choice<Agent>("agent_winner", words_of(kAgents)),
          .rating = read_rating(fields),
          .thumbs = fields.nullable_choice<Thumbs>("thumbs", words_of(kThumbs)),
          .comment = read_comment(fields)};
}

judge_score::GiveScores read_scores(Fields& fields) {
  judge_score::GiveScores command{.prompt = {}, .version = 0, .judge = fields.required_string("judge"), .scores = {}};
  const json* const given = fields.required_object("scores");
  if (given == nullptr) return command;
  Fields dimensions = fields.inside(*given, "scores");
  for (const auto& [dimension, number] : given->items()) {
    if (const auto score = dimensions.optional_score(dimension)) command.scores.emplace(dimension, *score);
  }
  return command;
}

security_scan::RecordScan read_scan(Fields& fields) {
  return {.input = {fields.required_string("input_text"), {}},
          .risk = fields.required_score("risk_score"),
          .label = fields.required_string("label"),
          .user = fields.optional_string("user").value_or("")};
}

projections::FeedbackFilter read_feedback_filter(Query& query) {
  return {.request_id = query.text("request_id"), .user = query.text("user"), .prompt = query.text("prompt_id"), .created = read_created(query)};
}

projections::SecurityScanFilter read_scan_filter(Query& query) {
  return {.user = query.text("user"),
          .label = query.text("label"),
          .risk_least = read_risk(query, "risk_min"),
          .risk_most = read_risk(query, "risk_max"),
          .created = read_created(query)};
}

}  // namespace ledger::http
