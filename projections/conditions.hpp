#pragma once

#include <string>

#include "infra/postgres/params.hpp"

namespace ledger::projections {

// Collects the conditions of a list, with their parameters: every value goes in as one.
class Conditions {
 public:
  template <class T>
  std::string param(const T& value) {
    params_.add(value);
    return "$" + std::to_string(params_.size());
  }
  template <class T>
  void where(const std::string& left, const T& value, const std::string& right = "") {
    add(left + param(value) + right);
  }
  void add(const std::string& condition) { sql_ += (sql_.empty() ? "WHERE " : " AND ") + condition; }

  const std::string& sql() const { return sql_; }
  const pg::Params& params() const { return params_; }

 private:
  std::string sql_;
  pg::Params params_;
};

}  // namespace ledger::projections
