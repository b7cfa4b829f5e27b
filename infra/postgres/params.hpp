#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "infra/postgres/wire.hpp"

namespace ledger::pg {

// Bytes of any kind, for bytea.
struct Bytes {
  std::string_view view;
};
// JSON text, for jsonb.
struct Jsonb {
  std::string_view text;
};

// The parameters of one statement, $1 first. They carry their types, so that the server never guesses. Values are
// copied in.
//   connection.run(kInsert, Params{id, std::int64_t{7}, Bytes{hash}, names});
class Params {
 public:
  Params() = default;
  template <class... Values>
  explicit Params(const Values&... values) {
    (add(values), ...);
  }

  Params& add(std::string_view text);
  Params& add(const std::string& text) { return add(std::string_view{text}); }
  Params& add(const char* text) { return add(std::string_view{text}); }
  Params& add(std::int64_t number);
  Params& add(std::int32_t number);
  Params& add(bool flag);
  Params& add(Time time);
  Params& add(Bytes bytes);
  Params& add(Jsonb json);
  Params& add(const std::vector<std::string>& texts);
  Params& add(const std::vector<std::optional<std::string>>& texts);
  Params& add(const std::vector<std::int64_t>& numbers);
  Params& add(const std::vector<std::int32_t>& numbers);
  Params& add(const std::vector<Bytes>& bytes);
  Params& add(const std::vector<Time>& times);
  Params& add(const std::vector<std::optional<Time>>& times);
  // Nothing is null of the value's type.
  template <class T>
  Params& add(const std::optional<T>& value) {
    if (value) return add(*value);
    Params typed;
    typed.add(T{});
    return add_null(typed.types_.front());
  }

  std::size_t size() const { return types_.size(); }
  const std::vector<std::uint32_t>& types() const { return types_; }
  // As libpq wants them. The pointers hold until the next add.
  struct View {
    std::vector<const char*> values;
    std::vector<int> lengths, formats;
  };
  View view() const;

 private:
  Params& add_null(std::uint32_t type);
  void begin(std::uint32_t type, int format);
  void end();
  template <class Range, class Put>
  Params& add_array(std::uint32_t type, std::uint32_t element, const Range& range, Put put);

  std::string bytes_;
  std::vector<std::uint32_t> types_;
  std::vector<std::size_t> offsets_;
  std::vector<int> lengths_, formats_;  // length -1: null
};

// One text[] as text, for a parameter that holds many of them and is cast in SQL: unnest($1::text[])::text[].
std::string array_literal(const std::vector<std::string>& texts);

}  // namespace ledger::pg
