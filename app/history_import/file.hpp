#pragma once

#include <ostream>
#include <string>

#include "app/history_import/importer.hpp"
#include "app/signals.hpp"

namespace ledger::app {

// Gives the importer all lines of a file, with a bar on the terminal. Throws when it cannot be read.
ImportReport import_file(HistoryImporter& importer, const std::string& path, const Signals& signals);

// What it came to, for people.
void tell(std::ostream& out, const ImportReport& report, double seconds);

}  // namespace ledger::app
