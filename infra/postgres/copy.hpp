#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "infra/postgres/connection.hpp"

namespace ledger::pg {

// COPY … FROM STDIN (FORMAT binary), row by row, through a buffer of bounded size. The fields of a row are added in the
// table's order and with exactly its types (int4 is not int8). What is not finished is refused by the server as a
// whole.
class CopyIn {
 public:
  // `into` is a table with its columns: `event (topic, height)`.
  CopyIn(Connection& connection, std::string_view into);
  ~CopyIn();
  CopyIn(const CopyIn&) = delete;
  CopyIn& operator=(const CopyIn&) = delete;

  CopyIn& row(std::int16_t fields);
  CopyIn& text(std::string_view text);
  CopyIn& bytes(std::string_view bytes) { return text(bytes); }
  CopyIn& int8(std::int64_t number);
  CopyIn& int4(std::int32_t number);
  CopyIn& flag(bool value);
  CopyIn& time(Time value);
  CopyIn& jsonb(std::string_view json);
  CopyIn& texts(const std::vector<std::string>& texts);
  CopyIn& null();
  CopyIn& text_or_null(const std::optional<std::string>& value) { return value ? text(*value) : null(); }
  CopyIn& time_or_null(const std::optional<Time>& value) { return value ? time(*value) : null(); }
  CopyIn& int8_or_null(const std::optional<std::int64_t>& value) { return value ? int8(*value) : null(); }

  // Sends the rest and waits until the server took it; gives the number of rows.
  std::int64_t finish();

 private:
  void flush();

  Connection& connection_;
  std::string buffer_;
  bool open_ = true;
};

}  // namespace ledger::pg
