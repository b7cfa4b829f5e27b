#pragma once

#include <string>

namespace ledger::app {

// What is in a file that is nobody else's business; whoever asks wipes it. `what` names it to the operator: "the master keys". Says so in the log when others
// can read the file. Throws with a sentence when it cannot be read.
std::string read_secret_file(const std::string& file, const std::string& what);

// Makes a file that its owner alone can read. False: there is one already, and it is left as it is. Throws with a sentence when it cannot be made.
bool make_secret_file(const std::string& file, const std::string& what, const std::string& content);

}  // namespace ledger::app
