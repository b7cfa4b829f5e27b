#pragma once

namespace ledger::app {

// What the program tells its caller. A second SIGINT or SIGTERM ends it at once, with 128 + the signal's number.
enum class ExitStatus : int {
  done = 0,        // also after an orderly stop on a signal
  failed = 1,      // it was asked rightly and could not; the log says why
  misused = 2,     // unknown option, bad value, unknown setting: nothing was begun
};

}  // namespace ledger::app
