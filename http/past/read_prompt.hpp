#pragma once

#include <optional>
#include <string>

#include "domain/result.hpp"
#include "domain/time.hpp"
#include "http/app.hpp"
#include "http/past/past.hpp"
#include "http/problem.hpp"
#include "http/reading/moment.hpp"
#include "http/reading/query.hpp"
#include "http/request.hpp"
#include "projections/history/queries.hpp"
#include "projections/prompt_catalog/queries.hpp"

namespace ledger::http {

// ?version= and ?label=.
projections::WantedVersion read_wanted(Query& query);

// The prompt at a moment, which is not now, with the version that is wanted in its place, be others empty; nothing when there was no such prompt. Its `wanted` is 0
// when there was no such version.
std::optional<projections::CatalogEntry> prompt_at(const App& app, const std::string& workspace, const std::string& id, const Moment& moment,
                                                   const projections::WantedVersion& wanted, Reading reading = Reading::strict);

// The prompt then, with the content of the wanted version; 404 when there was no such prompt, version or label. Now is read from the catalog,
// everything else is folded from the history. Waits for Ledger-Min-Position. A deleted prompt is found: see refuse_deleted.
Result<projections::CatalogEntry, Problem> read_prompt(const Request& request, const App& app, const std::string& id, const Moment& moment,
                                                       const projections::WantedVersion& wanted);
// The same, always folded from the history: with the contents of all its versions.
Result<projections::CatalogEntry, Problem> read_whole_prompt(const Request& request, const App& app, const std::string& id, const Moment& moment,
                                                             const projections::WantedVersion& wanted);
// The prompt now, with its newest content.
Result<projections::CatalogEntry, Problem> read_prompt(const Request& request, const App& app);

// The version of a prompt that a change elsewhere names. A number means the same for good: only when the catalog does not know it, it may not know
// it yet, and is waited for, a bounded time. A label and the newest are what they are now: it is waited for at once. Nothing: no such prompt. Throws
// Unavailable when it was not found and the catalog did not catch up in time.
std::optional<projections::NamedVersion> find_named_version(const Request& request, const App& app, const std::string& prompt, const projections::WantedVersion& wanted);

// The path's {version}; what no version can be called is a 404.
Result<prompt::VersionNumber, Problem> version_in_path(const Request& request);

Result<void, Problem> refuse_deleted(const projections::CatalogEntry& entry);
Problem no_such_prompt(const std::string& id);
Problem no_such_version(const projections::CatalogEntry& entry, const projections::WantedVersion& wanted);

}  // namespace ledger::http
