#include "commands/folds.hpp"

#include "domain/access/api_key.hpp"
#include "domain/access/workspace.hpp"
#include "domain/checkpoint/checkpoint.hpp"
#include "domain/execution/state.hpp"
#include "domain/feedback/feedback.hpp"
#include "domain/feedback/judge_score.hpp"
#include "domain/feedback/security_scan.hpp"
#include "domain/model/model.hpp"
#include "domain/projection/projection.hpp"
#include "domain/prompt/name_holder.hpp"
#include "domain/prompt/state.hpp"
#include "domain/score/definition.hpp"
#include "domain/score/given.hpp"
#include "domain/settings/settings.hpp"
#include "domain/subject/subject.hpp"

namespace ledger::folds {
namespace {

StatePtr initial_holder(std::string_view tag) {
  using ledger::prompt::NameHolder;
  return std::make_shared<const NameHolder>(NameHolder{ledger::prompt::parse_name_tag(tag).value_or(ledger::prompt::Name{}), std::nullopt});
}

Result<StatePtr, std::string> apply_first(const StatePtr& before, const RecordedEvent& event) {
  if (!static_cast<const FirstStream*>(before.get())->id.empty()) return before;
  return std::make_shared<const FirstStream>(FirstStream{event.stream.id});
}

}  // namespace

const Fold prompt{"prompt", initial_erased<ledger::prompt::State>, apply_erased<ledger::prompt::State>};
const Fold name_holder{"name_holder", initial_holder, apply_erased<ledger::prompt::NameHolder>};
const Fold settings{"settings", initial_erased<ledger::settings::State>, apply_erased<ledger::settings::State>};
const Fold model{"model", initial_erased<ledger::model::State>, apply_erased<ledger::model::State>};
const Fold workspace{"workspace", initial_erased<ledger::workspace::State>, apply_erased<ledger::workspace::State>};
const Fold api_key{"api_key", initial_erased<ledger::api_key::State>, apply_erased<ledger::api_key::State>};
const Fold execution{"execution", initial_erased<ledger::execution::State>, apply_erased<ledger::execution::State>};
const Fold feedback{"feedback", initial_erased<ledger::feedback::State>, apply_erased<ledger::feedback::State>};
const Fold judge_score{"judge_score", initial_erased<ledger::judge_score::State>, apply_erased<ledger::judge_score::State>};
const Fold security_scan{"security_scan", initial_erased<ledger::security_scan::State>, apply_erased<ledger::security_scan::State>};
const Fold subject{"subject", initial_erased<ledger::subject::State>, apply_erased<ledger::subject::State>};
const Fold checkpoint{"checkpoint", initial_erased<ledger::checkpoint::State>, apply_erased<ledger::checkpoint::State>};
const Fold score{"score", initial_erased<ledger::score::State>, apply_erased<ledger::score::State>};
const Fold score_definition{"score_definition", initial_erased<ledger::score_definition::State>, apply_erased<ledger::score_definition::State>};
const Fold projection{"projection", initial_erased<ledger::projection::State>, apply_erased<ledger::projection::State>};
const Fold first_stream{"first_stream", initial_erased<FirstStream>, apply_first};

Read of_stream(const Fold& fold, std::string partition_key, const StreamId& stream) {
  return {&fold, Read::By::stream, stream.text(), std::move(partition_key)};
}

Read of_tag(const Fold& fold, std::string partition_key, std::string tag) {
  return {&fold, Read::By::tag, std::move(tag), std::move(partition_key)};
}

}  // namespace ledger::folds
