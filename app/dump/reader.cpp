#include "app/dump/reader.hpp"

#include <stdexcept>
#include <utility>

#include "domain/result.hpp"

namespace ledger::app {

bool is_dump(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string first;
  if (!std::getline(file, first)) throw std::runtime_error("the file " + path + " cannot be read, or is empty");
  const auto line = dump::parse(first);
  return line && std::holds_alternative<dump::Beginning>(*line);
}

DumpReader::DumpReader(const std::string& path) : path_(path), file_(path, std::ios::binary) {
  if (!file_) throw std::runtime_error("the file " + path + " cannot be read");
  auto first = read();
  if (!first || !std::holds_alternative<dump::Beginning>(*first)) fail("a dump begins with a line that says its format");
  beginning_ = std::get<dump::Beginning>(std::move(*first));
}

std::optional<dump::Line> DumpReader::next() {
  auto line = read();
  if (!line) {
    if (!ended_) fail("the file ends here, but the dump does not: it was cut off");
    return std::nullopt;
  }
  if (ended_) fail("the dump ended in the line before");
  check_place(*line);
  return line;
}

dump::Change DumpReader::change_at(std::uint64_t line, std::uint64_t offset) {
  file_.clear();
  file_.seekg(static_cast<std::streamoff>(offset));
  number_ = line - 1;
  next_offset_ = offset;
  auto again = read();
  if (!again || !std::holds_alternative<dump::Change>(*again)) fail("the file was changed while it was read");
  return std::get<dump::Change>(std::move(*again));
}

std::optional<dump::Line> DumpReader::read() {
  offset_ = next_offset_;
  ++number_;
  if (!std::getline(file_, text_)) return std::nullopt;
  next_offset_ += text_.size() + 1;
  auto line = dump::parse(text_);
  if (!line) fail(line.error());
  return *std::move(line);
}

// Streams stand one behind the other, each from its first event to its last without a gap.
void DumpReader::check_place(const dump::Line& line) {
  std::visit(Overloaded{
                 [&](const dump::Beginning&) { fail("a second beginning"); },
                 [&](const dump::Change& change) {
                   const RecordedEvent& event = change.event;
                   if (event.meta.workspace != beginning_.workspace) fail("an event of workspace " + event.meta.workspace + ", but the dump is of " + beginning_.workspace);
                   if (!stream_) version_ = 0;
                   if (stream_ && stream_ != event.stream) fail("the end of " + stream_->text() + " is missing before it");
                   if (event.sequence != version_ + 1) fail("version " + std::to_string(event.sequence) + " of " + event.stream.text() + " where version " + std::to_string(version_ + 1) + " belongs");
                   stream_ = event.stream;
                   version_ = event.sequence;
                   ++counted_.events;
                 },
                 [&](const dump::StreamEnd& end) {
                   if (stream_ != end.stream || version_ != end.version) fail("the end of a stream that is not at this version here");
                   stream_.reset();
                   ++counted_.streams;
                 },
                 [&](const dump::End& end) {
                   if (stream_) fail("the end of " + stream_->text() + " is missing before it");
                   if (end != counted_) fail("it counts " + std::to_string(end.events) + " events of " + std::to_string(end.streams) + " streams, but there are " + std::to_string(counted_.events) + " of " + std::to_string(counted_.streams));
                   ended_ = true;
                 },
             },
             line);
}

void DumpReader::fail(const std::string& why) const { throw std::runtime_error(path_ + ", line " + std::to_string(number_) + ": " + why); }

}  // namespace ledger::app
