#pragma once

#include <optional>

#include "domain/feedback/judge_score.hpp"
#include "domain/feedback/security_scan.hpp"
#include "domain/score/given.hpp"
#include "http/app.hpp"
#include "http/changes/new_stream.hpp"
#include "http/nodes/forwarding.hpp"
#include "http/request.hpp"

// Where commands on feedback, scores, judges' scores and scans are decided: all over the partitions of the feedback log.
namespace ledger::http {

inline constexpr SpreadKind kJudgeScores{LogTopic::feedback, judge_score::kStreamKind};
inline constexpr SpreadKind kScores{LogTopic::feedback, score::kStreamKind};
inline constexpr SpreadKind kSecurityScans{LogTopic::feedback, security_scan::kStreamKind};

// By the body's request_id; nothing when it has none, which is refused anyway.
std::optional<CommandPlace> place_of_feedback(const Request& request, const App& app);
std::optional<CommandPlace> place_of_judge_scores(const Request& request, const App& app);
std::optional<CommandPlace> place_of_score(const Request& request, const App& app);
std::optional<CommandPlace> place_of_security_scan(const Request& request, const App& app);

}  // namespace ledger::http
