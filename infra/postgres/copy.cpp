#include "infra/postgres/copy.hpp"

#include <libpq-fe.h>

namespace ledger::pg {
namespace {

constexpr std::size_t kFlushAt = std::size_t{64} * 1024;

}  // namespace

CopyIn::CopyIn(Connection& connection, std::string_view into) : connection_{connection} {
  connection_.script("COPY " + std::string{into} + " FROM STDIN (FORMAT binary)");
  buffer_.assign("PGCOPY\n\377\r\n\0", 11);
  wire::put_i32(buffer_, 0);  // flags
  wire::put_i32(buffer_, 0);  // length of the header's extension
}

CopyIn::~CopyIn() {
  if (!open_ || !connection_.usable()) return;
  try {
    PQputCopyEnd(connection_.handle_.get(), "given up");
    connection_.finish();
  } catch (const Fault&) {
    // The server says that the COPY was given up: that is what we wanted. A broken connection says so by usable().
  }
}

CopyIn& CopyIn::row(std::int16_t fields) {
  if (buffer_.size() >= kFlushAt) flush();
  wire::put_i16(buffer_, fields);
  return *this;
}

CopyIn& CopyIn::text(std::string_view text) {
  wire::put_i32(buffer_, static_cast<std::int32_t>(text.size()));
  buffer_.append(text);
  return *this;
}

CopyIn& CopyIn::int8(std::int64_t number) {
  wire::put_i32(buffer_, 8);
  wire::put_i64(buffer_, number);
  return *this;
}

CopyIn& CopyIn::int4(std::int32_t number) {
  wire::put_i32(buffer_, 4);
  wire::put_i32(buffer_, number);
  return *this;
}

CopyIn& CopyIn::flag(bool value) {
  wire::put_i32(buffer_, 1);
  buffer_.push_back(value ? '\1' : '\0');
  return *this;
}

CopyIn& CopyIn::time(Time value) {
  wire::put_i32(buffer_, 8);
  wire::put_time(buffer_, value);
  return *this;
}

CopyIn& CopyIn::jsonb(std::string_view json) {
  wire::put_i32(buffer_, static_cast<std::int32_t>(json.size() + 1));
  buffer_.push_back('\1');
  buffer_.append(json);
  return *this;
}

CopyIn& CopyIn::texts(const std::vector<std::string>& texts) {
  std::size_t size = 12;
  if (!texts.empty()) size += 8;
  for (const auto& element : texts) size += 4 + element.size();
  wire::put_i32(buffer_, static_cast<std::int32_t>(size));
  wire::put_i32(buffer_, texts.empty() ? 0 : 1);
  wire::put_i32(buffer_, 0);
  wire::put_i32(buffer_, static_cast<std::int32_t>(oid::kText));
  if (texts.empty()) return *this;
  wire::put_i32(buffer_, static_cast<std::int32_t>(texts.size()));
  wire::put_i32(buffer_, 1);
  for (const auto& element : texts) text(element);
  return *this;
}

CopyIn& CopyIn::null() {
  wire::put_i32(buffer_, -1);
  return *this;
}

void CopyIn::flush() {
  const std::string_view bytes{buffer_};
  connection_.pump([&] {
    const int taken = PQputCopyData(connection_.handle_.get(), bytes.data(), static_cast<int>(bytes.size()));
    if (taken < 0) connection_.broken(Code::reconnect, PQerrorMessage(connection_.handle_.get()));
    return taken > 0;
  });
  buffer_.clear();
}

std::int64_t CopyIn::finish() {
  wire::put_i16(buffer_, -1);
  flush();
  open_ = false;
  connection_.dispatched(PQputCopyEnd(connection_.handle_.get(), nullptr));
  return Rows{connection_.finish()}.affected();
}

}  // namespace ledger::pg
