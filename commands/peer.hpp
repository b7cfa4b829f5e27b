#pragma once

#include <string>

namespace ledger {

// Another process of the same ledger, as commands are forwarded to it.
struct Peer {
  std::string node;                    // its name, as in the group of writers
  std::string address;                 // where its HTTP answers: `host:port`

  bool operator==(const Peer&) const = default;
};

}  // namespace ledger
