#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "commands/proposal.hpp"

// The folds that decisions read, one line each: a stream kind's state, or what a tag's events say.
namespace ledger::folds {

// Of a type whose apply(State, const RecordedEvent&) is found beside it in the domain.
template <class State>
Result<StatePtr, std::string> apply_erased(const StatePtr& before, const RecordedEvent& event) {
  return apply(*static_cast<const State*>(before.get()), event).map([](State&& after) -> StatePtr {
    return std::make_shared<const State>(std::move(after));
  });
}

template <class State>
StatePtr initial_erased(std::string_view) {
  return std::make_shared<const State>();
}

extern const Fold prompt;          // prompt::State of a stream prompt/<id>
extern const Fold name_holder;     // prompt::NameHolder of a tag prompt-name/<category>/<name>
extern const Fold settings;        // settings::State of a stream settings/<workspace>
extern const Fold model;           // model::State of a stream model/<id>
extern const Fold workspace;       // workspace::State of a stream workspace/<id>
extern const Fold api_key;         // api_key::State of a stream api-key/<id>
extern const Fold execution;       // execution::State of a stream execution/<id>
extern const Fold feedback;        // feedback::State of a stream feedback/<id>
extern const Fold judge_score;     // judge_score::State of a stream judge-score/<id>
extern const Fold security_scan;   // security_scan::State of a stream security-scan/<id>
extern const Fold subject;         // subject::State of a stream subject/<pseudonym>
extern const Fold checkpoint;      // checkpoint::State of a stream checkpoint/<log>.<partition>
extern const Fold score;           // score::State of a stream score/<id>
extern const Fold score_definition;   // score_definition::State of a stream score-definition/<id>
extern const Fold projection;      // projection::State of a stream projection/<name>
extern const Fold first_stream;    // FirstStream of any tag

// The id of the stream whose event carried a tag first; empty while there is none. Whoever took a name that is never given up.
struct FirstStream {
  std::string id;
};

Read of_stream(const Fold& fold, std::string partition_key, const StreamId& stream);
Read of_tag(const Fold& fold, std::string partition_key, std::string tag);

}  // namespace ledger::folds
