#pragma once

#include <cstdint>
#include <string>

#include "infra/config/settings.hpp"

namespace ledger::app {

// Who this process is among those of one ledger.
struct Node {
  std::string name;                    // the same after a restart; legal as a member's name in the log's groups
  std::string peer_address;            // `host:port` where other nodes reach its HTTP; empty: it takes nothing from them
  std::string writer;                  // promptledger/<name>/<uuid>: says in every record which start of which node wrote it
};

// What serves HTTP at this port.
Node serving_node(const config::Settings& settings, std::uint16_t http_port);
// What runs beside the nodes, for a while: <hostname>-<role>.
Node passing_node(const std::string& role);

}  // namespace ledger::app
