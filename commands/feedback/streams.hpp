#pragma once

#include <string>
#include <string_view>

#include "domain/feedback/feedback.hpp"

namespace ledger::feedback {

// The stream of what is said of a request. Clients choose request ids: two workspaces may choose the same, and any
// characters may stand in one, so the stream's id is derived from both (derived_id.hpp). It is a UUID like every other
// id, and safe in paths, headers and indexes.
StreamId stream_of(std::string_view workspace, std::string_view request_id);

}  // namespace ledger::feedback
