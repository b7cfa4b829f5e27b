#pragma once

namespace ledger::app {

// What the program tells its caller. A second SIGINT or SIGTERM ends it at once, with 128 + the signal's number.
enum class ExitStatus : int {
  done = 0,        // also after an orderly stop on a signal
  failed = 1,      // it was asked rightly and could not; the log says why
  misused = 2,     // unknown option, bad value, unknown setting: nothing was begun
  // Of `heal`, by what it leaves behind.
  healable = 3,    // something is missing or astray, and can be put right
  forked = 4,      // somebody wrote on a cut head: nothing was changed
  lost = 5,        // records were applied that nothing here can give back
  // Of `verify`.
  tampered = 6,    // something is not what it was, or not what was signed
};

}  // namespace ledger::app
