#pragma once

#include <string_view>
#include <vector>

namespace ledger::pg {

// A statement that is executed with parameters: a named constant directly above the function that binds it. The name is
// `<schema>.<what>` and unique; each connection prepares it when it is first used. Every Statement of the program is in
// all(), so that a test can prepare each of them against a fresh schema.
struct Statement {
  Statement(std::string_view statement_name, std::string_view statement_sql);
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  static const std::vector<const Statement*>& all();

  const std::string_view name;
  const std::string_view sql;
};

}  // namespace ledger::pg
