#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "domain/money.hpp"
#include "domain/personal_text.hpp"
#include "domain/score.hpp"
#include "domain/time.hpp"
#include "http/reply.hpp"

namespace ledger::http {

// Writes a table as CSV (RFC 4180: a header line, lines end in CR LF, a cell with a comma, a quote or a line break is quoted), in UTF-8, row by row through a
// buffer of bounded size. Spreadsheets take a cell that begins with = + - @, a tab or a line break for a formula and run it: such a text of people's gets an
// apostrophe in front. Numbers and times are ours and stay what they are. Used by the one thread that answers the request.
class CsvWriter {
 public:
  CsvWriter(BodySink& sink, std::span<const std::string_view> columns);

  CsvWriter& text(std::string_view text);
  CsvWriter& text(const PersonalText& text);   // empty when it is sealed
  CsvWriter& number(std::int64_t value) { return ours(std::to_string(value)); }
  CsvWriter& number(Score value) { return ours(to_text(value)); }
  CsvWriter& number(Money amount) { return ours(to_text(amount)); }
  CsvWriter& flag(bool value) { return ours(value ? "true" : "false"); }
  CsvWriter& time(Timestamp time) { return ours(to_rfc3339(time)); }
  CsvWriter& time(const std::optional<Timestamp>& moment) { return moment ? time(*moment) : none(); }
  CsvWriter& none() { return ours({}); }
  // What is absent is an empty cell.
  template <class Number>
  CsvWriter& number(const std::optional<Number>& value) {
    return value ? number(*value) : none();
  }
  template <class Choice>
  CsvWriter& word(const std::optional<Choice>& choice) {
    return choice ? ours(to_text(*choice)) : none();
  }
  template <class Choice>
  CsvWriter& word(Choice choice) {
    return ours(to_text(choice));
  }

  // Throws std::logic_error when the row has not as many cells as there are columns.
  void end_row();
  // Hands out the rest.
  void finish() { flush(); }
  // False when the client is gone: then come to an end.
  bool open() const { return open_; }

 private:
  CsvWriter& ours(std::string_view cell);      // as it is: it holds nothing that must be quoted
  void begin_cell();
  void flush();

  BodySink& sink_;
  const std::size_t columns_;
  std::size_t cells_ = 0;
  std::string buffer_;
  bool open_ = true;
};

}  // namespace ledger::http
