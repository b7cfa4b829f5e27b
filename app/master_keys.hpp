#pragma once

#include <string>

#include "infra/sealing/master_keys.hpp"

namespace ledger::app {

// The operator's master keys; none when no file is named. Says so in the log when others can read the file. Throws with a sentence for the operator
// when it cannot be read or holds something else.
sealing::MasterKeys read_master_keys(const std::string& file);

}  // namespace ledger::app
