#pragma once

#include <span>
#include <string_view>

#include "infra/postgres/migrations.hpp"

namespace ledger::projections {

// Every .sql file below projections/, as it was when the program was built.
std::span<const pg::SqlFile> sql_files();

// One of them by its path from the project's root. Throws std::logic_error when there is none.
std::string_view sql_file(std::string_view path);

}  // namespace ledger::projections
