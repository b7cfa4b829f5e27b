#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "infra/postgres/handles.hpp"
#include "infra/postgres/wire.hpp"

namespace ledger::pg {

// One row of a result. Views into it hold as long as the Rows. Asking a column for a type it has not, or a null for a
// value, throws std::logic_error: the statement and its reader stand together and must agree.
class Row {
 public:
  Row(const pg_result* result, int row) : result_{result}, row_{row} {}

  bool is_null(int column) const;
  std::string_view text(int column) const;  // text, varchar, name
  std::int64_t number(int column) const;    // int2, int4, int8
  bool flag(int column) const;
  Time time(int column) const;                          // timestamptz
  std::string_view bytes(int column) const;             // bytea
  std::string_view json(int column) const;              // json, jsonb
  std::vector<std::string> texts(int column) const;     // text[] without nulls
  std::vector<std::int64_t> numbers(int column) const;  // int4[], int8[] without nulls
  std::vector<Time> times(int column) const;            // timestamptz[] without nulls
  std::vector<std::optional<std::string>> maybe_texts(int column) const;

  std::optional<std::string> maybe_text(int column) const;
  std::optional<std::int64_t> maybe_number(int column) const;
  std::optional<Time> maybe_time(int column) const;

 private:
  std::string_view value(int column) const;
  std::uint32_t type(int column) const;

  const pg_result* result_;
  int row_;
};

// The result of a statement, all of it in memory.
class Rows {
 public:
  explicit Rows(PgResult result);

  int size() const { return size_; }
  bool empty() const { return size_ == 0; }
  Row operator[](int row) const { return Row{result_.get(), row}; }
  std::int64_t affected() const;  // rows inserted, changed or deleted

  class Iterator {
   public:
    Iterator(const Rows* rows, int row) : rows_{rows}, row_{row} {}
    Row operator*() const { return (*rows_)[row_]; }
    Iterator& operator++() {
      ++row_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return row_ != other.row_; }

   private:
    const Rows* rows_;
    int row_;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size_}; }

 private:
  PgResult result_;
  int size_ = 0;
};

}  // namespace ledger::pg
