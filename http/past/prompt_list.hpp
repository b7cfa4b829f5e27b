#pragma once

#include <string>
#include <vector>

#include "http/app.hpp"
#include "http/past/read_prompt.hpp"
#include "http/reading/query.hpp"
#include "projections/prompt_catalog/queries.hpp"

namespace ledger::http {

// What a list of prompts is asked for: which, in what order.
struct PromptListing {
  projections::PromptFilter filter;
  projections::PromptOrder order = projections::PromptOrder::created;
  bool descending = true;
};
PromptListing read_listing(Query& query);

// The filter as a predicate, for states that are in no table. Case is ignored in ASCII letters only.
bool matches(const projections::PromptFilter& filter, const prompt::State& state);

// A page of what was so at the moment: the states are folded from the history, filtered and ordered as the catalog does it.
projections::PromptPage list_past(const App& app, const std::string& workspace, const Moment& moment, const PromptListing& listing,
                                  const std::optional<projections::PromptMark>& after, std::size_t limit);

}  // namespace ledger::http
