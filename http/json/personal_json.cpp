#include "http/json/personal_json.hpp"

#include "domain/json.hpp"

namespace ledger::http {

std::vector<const PersonalText*> personal_texts(const execution::State& state) { return {&state.request.inputs, &state.ending.output}; }
std::vector<const PersonalText*> personal_texts(const feedback::State& state) { return {&state.opinion.comment}; }
std::vector<const PersonalText*> personal_texts(const judge_score::State&) { return {}; }
std::vector<const PersonalText*> personal_texts(const security_scan::State& state) { return {&state.scan.input}; }
std::vector<const PersonalText*> personal_texts(const score::State& state) {
  std::vector<const PersonalText*> texts{&state.given.comment};
  if (const auto* const text = std::get_if<PersonalText>(&state.given.value)) texts.push_back(text);
  return texts;
}

void put_personal(nlohmann::json& out, const char* member, const PersonalText& text, const PersonalFrom& from, PersonalAs as) {
  using enum sealing::OpenedText::State;
  const auto read = from.keys.open({from.workspace, from.stream, member}, text);
  if (text.sealed()) out["sealed_for"] = text.subject;
  const auto hide = [&](const char* why) {
    out[member] = nullptr;
    out[why] = true;
  };
  switch (read.state) {
    case plain:
    case opened: return ledger::put_personal(out, member, PersonalText{read.text, {}}, as);
    case erased: return hide("erased");
    case locked: return hide("locked");
    case damaged: return hide("damaged");
  }
}

}  // namespace ledger::http
