#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "commands/topics.hpp"
#include "http/app.hpp"
#include "http/nodes/forwarding.hpp"
#include "http/request.hpp"

// Streams that are spread over the partitions of their log by their ids: executions, judges' scores, scans.
namespace ledger::http {

struct SpreadKind {
  LogTopic topic = LogTopic::executions;
  std::string_view kind;               // of streams; with the id it is the partition key as well
};

// The id of a stream that a request begins: made of its Idempotency-Key, so that a retry meets the same partition, or a fresh one whose
// partition is decided on here.
std::string new_stream_id(const SpreadKind& spread, const Request& request, const App& app);

// The two ways apart. Other keys give other ids.
std::string id_of_key(const SpreadKind& spread, const Request& request, const App& app, std::string_view key);
std::string fresh_id(const SpreadKind& spread, const App& app);

// Where that is. Nothing: here.
std::optional<CommandPlace> place_of_new_stream(const SpreadKind& spread, const Request& request, const App& app);
// Where commands on a stream of a known id go.
CommandPlace place_of_stream(const SpreadKind& spread, const std::string& id, const App& app);

}  // namespace ledger::http
