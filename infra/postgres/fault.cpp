#include "infra/postgres/fault.hpp"

namespace ledger::pg {

std::string_view to_text(Code code) {
  switch (code) {
    case Code::retry:
      return "retry";
    case Code::reconnect:
      return "reconnect";
    case Code::conflict:
      return "conflict";
    case Code::timeout:
      return "timeout";
    case Code::unavailable:
      return "unavailable";
    case Code::bad_data:
      return "bad_data";
    case Code::missing:
      return "missing";
    case Code::program:
      return "program";
  }
  return "program";
}

Code code_of(std::string_view sqlstate) {
  if (sqlstate.size() != 5) return Code::reconnect;
  const std::string_view group = sqlstate.substr(0, 2);
  if (sqlstate == "40001" || sqlstate == "40P01") return Code::retry;
  // Lock time-out: somebody else works there now.
  if (sqlstate == "55P03") return Code::timeout;
  if (sqlstate == "57014" || sqlstate == "25P04") return Code::timeout;
  if (sqlstate == "57P03" || group == "53") return Code::unavailable;
  // 25P03: idle in transaction too long, the server hung up. 0A000 and 26000: a statement prepared before the tables
  // were swapped for others, or forgotten by the server; prepared anew it works.
  if (group == "08" || group == "57" || sqlstate == "25P03" || sqlstate == "0A000" || sqlstate == "26000")
    return Code::reconnect;
  if (group == "23") return Code::conflict;
  // 54: over a limit of the server, such as an index row too long. 21: a row twice in one upsert.
  if (group == "22" || group == "54" || group == "21") return Code::bad_data;
  if (sqlstate == "42P01" || sqlstate == "3F000" || sqlstate == "42704" || sqlstate == "3D000") return Code::missing;
  return Code::program;
}

}  // namespace ledger::pg
