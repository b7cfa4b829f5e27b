#include "infra/postgres/rows.hpp"

#include <libpq-fe.h>

#include <charconv>
#include <stdexcept>

namespace ledger::pg {

void CloseConnection::operator()(pg_conn* handle) const noexcept { PQfinish(handle); }
void ClearResult::operator()(pg_result* handle) const noexcept { PQclear(handle); }

namespace {

[[noreturn]] void mismatch(const pg_result* result, int column, const char* wanted) {
  const char* name = PQfname(result, column);
  throw std::logic_error{"column " + std::string{name == nullptr ? "?" : name} + " is no " + wanted};
}

// Calls `each` with every element of a one-dimensional array in binary form; of a null with nothing.
template <class Each>
void elements_or_nulls(std::string_view array, std::uint32_t element, Each each) {
  if (array.size() < 12) throw std::logic_error{"an array is cut short"};
  const auto dimensions = wire::take_i32(array.data());
  if (dimensions == 0) return;
  if (dimensions != 1 || wire::take<std::uint32_t>(array.data() + 8) != element)
    throw std::logic_error{"an array of another type"};
  const auto count = wire::take_i32(array.data() + 12);
  const char* at = array.data() + 20;
  for (std::int32_t i = 0; i < count; ++i) {
    const auto size = wire::take_i32(at);
    at += 4;
    if (size < 0) {
      each(std::optional<std::string_view>{});
    } else {
      each(std::optional{std::string_view{at, static_cast<std::size_t>(size)}});
      at += size;
    }
  }
}

template <class Each>
void elements(std::string_view array, std::uint32_t element, Each each) {
  elements_or_nulls(array, element, [&each](const std::optional<std::string_view>& value) {
    if (!value) throw std::logic_error{"an array holds a null"};
    each(*value);
  });
}

}  // namespace

bool Row::is_null(int column) const { return PQgetisnull(result_, row_, column) != 0; }

std::string_view Row::value(int column) const {
  if (column < 0 || column >= PQnfields(result_)) throw std::logic_error{"no column " + std::to_string(column)};
  if (is_null(column)) mismatch(result_, column, "value: it is null");
  return {PQgetvalue(result_, row_, column), static_cast<std::size_t>(PQgetlength(result_, row_, column))};
}

std::uint32_t Row::type(int column) const { return PQftype(result_, column); }

std::string_view Row::text(int column) const {
  const auto found = value(column);
  constexpr std::uint32_t kName = 19, kVarchar = 1043;
  if (type(column) != oid::kText && type(column) != kVarchar && type(column) != kName)
    mismatch(result_, column, "text");
  return found;
}

std::int64_t Row::number(int column) const {
  const auto found = value(column);
  if (type(column) == oid::kInt8) return wire::take_i64(found.data());
  if (type(column) == oid::kInt4) return wire::take_i32(found.data());
  constexpr std::uint32_t kInt2 = 21;
  if (type(column) == kInt2) return wire::take_i16(found.data());
  mismatch(result_, column, "integer");
}

bool Row::flag(int column) const {
  const auto found = value(column);
  if (type(column) != oid::kBool) mismatch(result_, column, "bool");
  return found.front() != '\0';
}

Time Row::time(int column) const {
  const auto found = value(column);
  if (type(column) != oid::kTimestamptz) mismatch(result_, column, "timestamptz");
  return wire::take_time(found.data());
}

std::string_view Row::bytes(int column) const {
  const auto found = value(column);
  if (type(column) != oid::kBytea) mismatch(result_, column, "bytea");
  return found;
}

std::string_view Row::json(int column) const {
  const auto found = value(column);
  if (type(column) == oid::kJson) return found;
  if (type(column) != oid::kJsonb) mismatch(result_, column, "JSON");
  return found.substr(1);  // behind jsonb's version
}

std::vector<std::string> Row::texts(int column) const {
  std::vector<std::string> out;
  elements(value(column), oid::kText, [&](std::string_view element) { out.emplace_back(element); });
  return out;
}

std::vector<std::int64_t> Row::numbers(int column) const {
  std::vector<std::int64_t> out;
  const auto array = value(column);
  if (type(column) == oid::kInt4Array) {
    elements(array, oid::kInt4, [&](std::string_view element) { out.push_back(wire::take_i32(element.data())); });
  } else {
    elements(array, oid::kInt8, [&](std::string_view element) { out.push_back(wire::take_i64(element.data())); });
  }
  return out;
}

std::vector<Time> Row::times(int column) const {
  std::vector<Time> out;
  elements(value(column), oid::kTimestamptz,
           [&](std::string_view element) { out.push_back(wire::take_time(element.data())); });
  return out;
}

std::vector<std::optional<std::string>> Row::maybe_texts(int column) const {
  std::vector<std::optional<std::string>> out;
  elements_or_nulls(value(column), oid::kText, [&](const std::optional<std::string_view>& element) {
    out.push_back(element ? std::optional{std::string{*element}} : std::nullopt);
  });
  return out;
}

std::optional<std::string> Row::maybe_text(int column) const {
  if (is_null(column)) return std::nullopt;
  return std::string{text(column)};
}

std::optional<std::int64_t> Row::maybe_number(int column) const {
  if (is_null(column)) return std::nullopt;
  return number(column);
}

std::optional<Time> Row::maybe_time(int column) const {
  if (is_null(column)) return std::nullopt;
  return time(column);
}

Rows::Rows(PgResult result) : result_{std::move(result)}, size_{PQntuples(result_.get())} {}

std::int64_t Rows::affected() const {
  const std::string_view text = PQcmdTuples(result_.get());
  std::int64_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

}  // namespace ledger::pg
