#include "tests/domain/event_dump.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace ledger {

void dump_event(const EncodedEvent& event) {
  static const char* const path = std::getenv("PROMPTLEDGER_DUMP_EVENTS");
  if (path == nullptr || *path == '\0') return;
  static std::ofstream file{path, std::ios::app};
  file << R"({"type":")" << event.type << R"(","data":)" << event.data << "}\n" << std::flush;
  if (!file) throw std::runtime_error{std::string{"cannot write "} + path};
}

}  // namespace ledger
