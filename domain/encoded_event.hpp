#pragma once

#include <string>

namespace ledger {

// An event as its codec writes it: the type with its schema version, and the data as JSON text.
struct EncodedEvent {
  std::string type;  // promptledger.prompt.created.v1
  std::string data;

  bool operator==(const EncodedEvent&) const = default;
};

}  // namespace ledger
