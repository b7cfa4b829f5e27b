#pragma once

#include <nlohmann/json_fwd.hpp>

#include "http/past/provenance.hpp"

namespace ledger::http {

// {nodes, edges} in the terms of W3C PROV: entities, activities and agents, and how one came of another. Nodes stand once, edges lead from what came of something to that.
nlohmann::json provenance_graph(const Provenance& provenance);

}  // namespace ledger::http
