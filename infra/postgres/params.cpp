#include "infra/postgres/params.hpp"

namespace ledger::pg {
namespace {

constexpr int kTextFormat = 0, kBinaryFormat = 1;

void put_sized(std::string& out, std::string_view bytes) {
  wire::put_i32(out, static_cast<std::int32_t>(bytes.size()));
  out.append(bytes);
}

}  // namespace

void Params::begin(std::uint32_t type, int format) {
  types_.push_back(type);
  formats_.push_back(format);
  offsets_.push_back(bytes_.size());
}

void Params::end() {
  lengths_.push_back(static_cast<int>(bytes_.size() - offsets_.back()));
  bytes_.push_back('\0');  // text parameters are C strings for libpq
}

Params& Params::add_null(std::uint32_t type) {
  begin(type, kTextFormat);
  lengths_.push_back(-1);
  return *this;
}

Params& Params::add(std::string_view text) {
  // Binary, although it is text: the length then counts, not the first NUL, and the server refuses the NUL instead of
  // cutting it off.
  begin(oid::kText, kBinaryFormat);
  bytes_.append(text);
  end();
  return *this;
}

Params& Params::add(std::int64_t number) {
  begin(oid::kInt8, kBinaryFormat);
  wire::put_i64(bytes_, number);
  end();
  return *this;
}

Params& Params::add(std::int32_t number) {
  begin(oid::kInt4, kBinaryFormat);
  wire::put_i32(bytes_, number);
  end();
  return *this;
}

Params& Params::add(bool flag) {
  begin(oid::kBool, kBinaryFormat);
  bytes_.push_back(flag ? '\1' : '\0');
  end();
  return *this;
}

Params& Params::add(Time time) {
  begin(oid::kTimestamptz, kBinaryFormat);
  wire::put_time(bytes_, time);
  end();
  return *this;
}

Params& Params::add(Bytes bytes) {
  begin(oid::kBytea, kBinaryFormat);
  bytes_.append(bytes.view);
  end();
  return *this;
}

Params& Params::add(Jsonb json) {
  begin(oid::kJsonb, kBinaryFormat);
  bytes_.push_back('\1');  // jsonb's version
  bytes_.append(json.text);
  end();
  return *this;
}

template <class Range, class Put>
Params& Params::add_array(std::uint32_t type, std::uint32_t element, const Range& range, Put put) {
  begin(type, kBinaryFormat);
  wire::put_i32(bytes_, range.empty() ? 0 : 1);  // dimensions
  wire::put_i32(bytes_, 1);                      // may hold nulls
  wire::put_i32(bytes_, static_cast<std::int32_t>(element));
  if (!range.empty()) {
    wire::put_i32(bytes_, static_cast<std::int32_t>(range.size()));
    wire::put_i32(bytes_, 1);  // lower bound
    for (const auto& value : range) put(bytes_, value);
  }
  end();
  return *this;
}

Params& Params::add(const std::vector<std::string>& texts) {
  return add_array(oid::kTextArray, oid::kText, texts,
                   [](std::string& out, const std::string& text) { put_sized(out, text); });
}

Params& Params::add(const std::vector<std::optional<std::string>>& texts) {
  return add_array(oid::kTextArray, oid::kText, texts, [](std::string& out, const std::optional<std::string>& text) {
    if (text)
      put_sized(out, *text);
    else
      wire::put_i32(out, -1);
  });
}

Params& Params::add(const std::vector<std::int64_t>& numbers) {
  return add_array(oid::kInt8Array, oid::kInt8, numbers, [](std::string& out, std::int64_t number) {
    wire::put_i32(out, 8);
    wire::put_i64(out, number);
  });
}

Params& Params::add(const std::vector<std::int32_t>& numbers) {
  return add_array(oid::kInt4Array, oid::kInt4, numbers, [](std::string& out, std::int32_t number) {
    wire::put_i32(out, 4);
    wire::put_i32(out, number);
  });
}

Params& Params::add(const std::vector<Bytes>& bytes) {
  return add_array(oid::kByteaArray, oid::kBytea, bytes,
                   [](std::string& out, const Bytes& value) { put_sized(out, value.view); });
}

Params& Params::add(const std::vector<Time>& times) {
  return add_array(oid::kTimestamptzArray, oid::kTimestamptz, times, [](std::string& out, Time time) {
    wire::put_i32(out, 8);
    wire::put_time(out, time);
  });
}

Params& Params::add(const std::vector<std::optional<Time>>& times) {
  return add_array(oid::kTimestamptzArray, oid::kTimestamptz, times,
                   [](std::string& out, const std::optional<Time>& time) {
                     wire::put_i32(out, time ? 8 : -1);
                     if (time) wire::put_time(out, *time);
                   });
}

Params::View Params::view() const {
  View view;
  view.values.reserve(size());
  for (std::size_t i = 0; i < size(); ++i)
    view.values.push_back(lengths_[i] < 0 ? nullptr : bytes_.data() + offsets_[i]);
  view.lengths = lengths_;
  view.formats = formats_;
  return view;
}

std::string array_literal(const std::vector<std::string>& texts) {
  std::string out = "{";
  for (const auto& text : texts) {
    if (out.size() > 1) out += ',';
    out += '"';
    for (const char c : text) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return out + '}';
}

}  // namespace ledger::pg
