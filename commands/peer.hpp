#pragma once

#include <string>
#include <string_view>

namespace ledger {

// Another process of the same ledger, as commands are forwarded to it.
struct Peer {
  std::string node;                    // its name, as in the group of writers
  std::string address;                 // where its HTTP answers: `host:port`

  bool operator==(const Peer&) const = default;
};

// `ce_writer` says who wrote a record: the node, and which of its starts.
std::string writer_name(std::string_view node, std::string_view start_id);
// The node that a ce_writer names; empty when it names none.
std::string_view node_of_writer(std::string_view writer);

}  // namespace ledger
