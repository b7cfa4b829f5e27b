#pragma once

#include <iosfwd>

#include "projections/heal/heal.hpp"

namespace ledger::app {

// What was found in a partition, for people: a line of what it is, and where something is amiss both sides record by record. What strangers
// wrote into headers is shown without control characters and cut to a length.
void tell_survey(std::ostream& out, const projections::Survey& survey);
// What became of it.
void tell_healing(std::ostream& out, const projections::Healing& healing);

}  // namespace ledger::app
