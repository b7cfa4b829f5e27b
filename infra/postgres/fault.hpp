#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ledger::pg {

// What a failure of PostgreSQL means for whoever asked. One code per way to go on, not one per cause.
enum class Code : std::uint8_t {
  retry,        // the transaction lost against another: the same again may succeed
  reconnect,    // the connection is gone or spoilt: the same again on a new one may succeed
  conflict,     // a constraint refuses the data
  timeout,      // it took longer than allowed
  unavailable,  // the server has no room now
  bad_data,     // a value cannot be stored, whenever it is tried
  missing,      // a table or schema is not there: not migrated, or dropped meanwhile
  program,      // anything else: our own mistake, or a server that is not as we need it
};
std::string_view to_text(Code code);

// The one place where an SQLSTATE gets a meaning. No SQLSTATE at all means that the connection broke.
Code code_of(std::string_view sqlstate);

// Every failure of this folder. Caught where work can be begun again or refused: the runner, the pool's users,
// migrations.
class Fault : public std::runtime_error {
 public:
  Fault(Code fault_code, std::string fault_sqlstate, const std::string& message)
      : std::runtime_error{message}, code{fault_code}, sqlstate{std::move(fault_sqlstate)} {}

  // True when the data is to blame: it will fail the same way every time.
  bool is_about_data() const { return code == Code::conflict || code == Code::bad_data; }

  Code code;
  std::string sqlstate;  // empty when the server did not say
};

}  // namespace ledger::pg
