#pragma once

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>
#include <vector>

#include "http/app.hpp"
#include "http/past/audited.hpp"

namespace ledger::http {

// What each event changed in its stream's state, by the same evolve that decides, as an RFC 6902 patch and without what nobody is shown; null where the stream cannot be
// read up to it.
std::vector<nlohmann::json> event_patches(const App& app, const std::string& workspace, std::span<const Audited> events);

}  // namespace ledger::http
