#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

#include "domain/execution/state.hpp"
#include "domain/feedback/feedback.hpp"
#include "domain/feedback/judge_score.hpp"
#include "domain/feedback/security_scan.hpp"
#include "domain/personal_text.hpp"
#include "domain/personal_text_json.hpp"
#include "domain/score/given.hpp"
#include "http/app.hpp"
#include "infra/sealing/text_seals.hpp"

// Personal texts on their way out: opened for whoever may read them, for as long as their keys are there.
namespace ledger::http {

// The texts of a state that may be sealed.
std::vector<const PersonalText*> personal_texts(const execution::State& state);
std::vector<const PersonalText*> personal_texts(const feedback::State& state);
std::vector<const PersonalText*> personal_texts(const judge_score::State& state);
std::vector<const PersonalText*> personal_texts(const security_scan::State& state);
std::vector<const PersonalText*> personal_texts(const score::State& state);

// What opens the texts of one resource, or of a page of them: one look for all.
template <class State>
sealing::OpenKeys keys_of(const State& state, const App& app) {
  return app.seals->keys_of(personal_texts(state));
}
template <class Entry>
sealing::OpenKeys keys_of(const std::vector<Entry>& page, const App& app) {
  std::vector<const PersonalText*> all;
  for (const auto& entry : page) {
    for (const auto* text : personal_texts(entry.state)) all.push_back(text);
  }
  return app.seals->keys_of(all);
}

// Whose texts they are, and what opens them.
struct PersonalFrom {
  const std::string& workspace;
  StreamId stream;
  const sealing::OpenKeys& keys;
};

// Shows a personal text as a member; nothing when it is empty. One that was sealed names its subject; when it cannot be opened it is null, and
// the resource says why: `erased`, `locked` (no master key here opens it) or `damaged`.
void put_personal(nlohmann::json& out, const char* member, const PersonalText& text, const PersonalFrom& from, PersonalAs as = PersonalAs::text);

}  // namespace ledger::http
