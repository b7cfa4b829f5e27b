#include "projections/audit/prompt_of.hpp"

#include <variant>

#include "domain/execution/codec.hpp"
#include "domain/execution/state.hpp"
#include "domain/feedback/feedback.hpp"
#include "domain/feedback/judge_score.hpp"
#include "domain/prompt/state.hpp"
#include "domain/score/given.hpp"

namespace ledger::projections {
namespace {

std::string told_by(const execution::Event& event) {
  return std::visit(Overloaded{
                        [](const execution::Requested& e) { return e.request.prompt; },
                        [](const execution::Recorded& e) { return e.request.prompt; },
                        [](const execution::Started&) { return std::string{}; },
                        [](const execution::Completed&) { return std::string{}; },
                        [](const execution::Failed&) { return std::string{}; },
                        [](const execution::Cancelled&) { return std::string{}; },
                        [](const execution::Validated&) { return std::string{}; },
                        [](const execution::LogAppended&) { return std::string{}; },
                    },
                    event);
}
std::string told_by(const feedback::Event& event) {
  return std::visit([](const auto& e) { return e.about.prompt; }, event);
}
std::string told_by(const judge_score::Event& event) {
  return std::visit([](const auto& e) { return e.prompt; }, event);
}
std::string told_by(const score::Event& event) {
  return std::visit([](const auto& e) { return e.target.prompt; }, event);
}

template <class Event>
std::optional<std::string> prompt_in(const Result<Event, std::string>& event) {
  if (!event) return std::nullopt;
  auto prompt = told_by(*event);
  return prompt.empty() ? std::nullopt : std::optional{std::move(prompt)};
}

}  // namespace

std::optional<std::string> prompt_of(const RecordedEvent& event) {
  const auto& kind = event.stream.kind;
  if (kind == prompt::kStreamKind) return event.stream.id;
  if (kind == execution::kStreamKind) return prompt_in(execution::decode(event.type, event.data));
  if (kind == feedback::kStreamKind) return prompt_in(feedback::decode(event.type, event.data));
  if (kind == judge_score::kStreamKind) return prompt_in(judge_score::decode(event.type, event.data));
  if (kind == score::kStreamKind) return prompt_in(score::decode(event.type, event.data));
  return std::nullopt;
}

}  // namespace ledger::projections
