#pragma once

namespace ledger::app {

inline constexpr const char* kVersion = LEDGER_VERSION;   // the project's, from CMakeLists.txt

}  // namespace ledger::app
