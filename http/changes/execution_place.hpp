#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/time.hpp"
#include "http/app.hpp"
#include "http/nodes/forwarding.hpp"
#include "http/request.hpp"

// Executions are spread over the partitions of their log by their ids.
namespace ledger::http {

// The id of an execution that is recorded: the caller's; or made of his Idempotency-Key, so that a retry meets the same partition; or a fresh one
// whose partition is decided on here.
std::string execution_id_for(const Request& request, const App& app, const std::optional<std::string>& given);

// The same for a line of a batch: with a key it is made of that and the number of the line.
std::string execution_id_for_line(const Request& request, const App& app, const std::optional<std::string>& key, std::uint64_t line);

// The places of commands: on a new execution, and on the one that the path names. Nothing when it is decided here, or refused anyway.
std::optional<CommandPlace> place_of_new_execution(const Request& request, const App& app);
std::optional<CommandPlace> place_of_execution(const Request& request, const App& app);

Timestamp now();

}  // namespace ledger::http
