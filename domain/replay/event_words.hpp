#pragma once

#include <string>

#include "domain/access/api_key.hpp"
#include "domain/access/workspace.hpp"
#include "domain/checkpoint/checkpoint.hpp"
#include "domain/execution/events.hpp"
#include "domain/feedback/feedback.hpp"
#include "domain/feedback/judge_score.hpp"
#include "domain/feedback/security_scan.hpp"
#include "domain/model/model.hpp"
#include "domain/projection/projection.hpp"
#include "domain/prompt/events.hpp"
#include "domain/score/definition.hpp"
#include "domain/score/given.hpp"
#include "domain/settings/settings.hpp"
#include "domain/subject/subject.hpp"

// What an event changed, as a sentence for a person: `moved label "production" from version 2 to 3`. Of stored events: domain/replay/stream_kind.hpp.
namespace ledger {

std::string in_words(const prompt::Event& event);
std::string in_words(const execution::Event& event);
std::string in_words(const feedback::Event& event);
std::string in_words(const judge_score::Event& event);
std::string in_words(const security_scan::Event& event);
std::string in_words(const score::Event& event);
std::string in_words(const score_definition::Event& event);
std::string in_words(const subject::Event& event);
std::string in_words(const model::Event& event);
std::string in_words(const settings::Event& event);
std::string in_words(const workspace::Event& event);
std::string in_words(const api_key::Event& event);
std::string in_words(const projection::Event& event);
std::string in_words(const checkpoint::Event& event);

}  // namespace ledger
