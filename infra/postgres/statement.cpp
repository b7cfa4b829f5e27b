#include "infra/postgres/statement.hpp"

namespace ledger::pg {
namespace {

// A function's static, because Statements are constants of many files, made in no particular order before main.
std::vector<const Statement*>& registered() {
  static std::vector<const Statement*> statements;
  return statements;
}

}  // namespace

Statement::Statement(std::string_view statement_name, std::string_view statement_sql)
    : name{statement_name}, sql{statement_sql} {
  registered().push_back(this);
}

const std::vector<const Statement*>& Statement::all() { return registered(); }

}  // namespace ledger::pg
