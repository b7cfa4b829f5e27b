#include "http/exports/csv_writer.hpp"

#include <stdexcept>

namespace ledger::http {
namespace {

constexpr std::size_t kBuffer = std::size_t{64} * 1024;
constexpr std::string_view kFormulaBegins = "=+-@\t\r\n";
constexpr std::string_view kQuotedFor = ",\"\r\n";

}  // namespace

CsvWriter::CsvWriter(BodySink& sink, std::span<const std::string_view> columns) : sink_(sink), columns_(columns.size()) {
  for (const auto column : columns) ours(column);
  end_row();
}

CsvWriter& CsvWriter::text(std::string_view text) {
  begin_cell();
  const bool formula = !text.empty() && kFormulaBegins.find(text.front()) != std::string_view::npos;
  if (text.find_first_of(kQuotedFor) == std::string_view::npos) {
    if (formula) buffer_ += '\'';
    buffer_ += text;
    return *this;
  }
  buffer_ += formula ? "\"'" : "\"";
  for (const char c : text) {
    if (c == '"') buffer_ += '"';
    buffer_ += c;
  }
  buffer_ += '"';
  return *this;
}

CsvWriter& CsvWriter::text(const PersonalText& personal) { return personal.sealed() ? none() : text(std::string_view{personal.text}); }

CsvWriter& CsvWriter::ours(std::string_view cell) {
  begin_cell();
  buffer_ += cell;
  return *this;
}

void CsvWriter::end_row() {
  if (cells_ != columns_) throw std::logic_error("a row of " + std::to_string(cells_) + " cells for " + std::to_string(columns_) + " columns");
  cells_ = 0;
  buffer_ += "\r\n";
  if (buffer_.size() >= kBuffer) flush();
}

void CsvWriter::begin_cell() {
  if (cells_++ > 0) buffer_ += ',';
}

void CsvWriter::flush() {
  if (!buffer_.empty()) open_ = sink_.write(buffer_) && open_;
  buffer_.clear();
}

}  // namespace ledger::http
