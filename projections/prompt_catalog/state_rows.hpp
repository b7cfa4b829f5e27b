#pragma once

#include <string>
#include <string_view>

#include "domain/prompt/state.hpp"
#include "infra/postgres/rows.hpp"

namespace ledger::projections {

// A prompt as the catalog has it.
struct CatalogEntry {
  std::string id;
  prompt::State state;               // of its versions only the wanted one has a content
  prompt::VersionNumber wanted = 0;  // 0: it has no such version or label
};

// SELECT … FROM prompt p … up to where a WHERE may follow. `schema` is empty or ends in a dot; `wanted` is an SQL
// expression over p that gives the number of the version whose content is wanted, or null.
std::string select_entries(std::string_view schema, std::string_view wanted);

// A row of that.
CatalogEntry entry_of(const pg::Row& row);

// A stored content. Throws std::logic_error when it cannot be read: it was written by this codec or an older one.
prompt::ContentPtr content_of(std::string_view json);

}  // namespace ledger::projections
