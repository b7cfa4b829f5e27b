#pragma once

#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/csv_writer.hpp"
#include "http/reply.hpp"
#include "projections/time_page.hpp"

namespace ledger::http {

// Texts of an execution may be two megabytes: so few of them are held at a time.
inline constexpr int kExportPage = 25;

// The entries of a list by time, page by page; the first page is read at once.
template <class Entry>
class Pages {
 public:
  using Read = std::function<projections::TimePage<Entry>(const std::optional<projections::TimeMark>& after, int limit)>;

  Pages(Read read, int limit) : read_(std::move(read)), limit_(limit), page_(read_({}, limit_)) {}

  const std::vector<Entry>& entries() const { return page_.entries; }
  // False when there was no further one.
  bool next() {
    const auto after = page_.next;
    if (!after) return false;
    page_ = {};   // before the next one is there: texts are large
    page_ = read_(after, limit_);
    return true;
  }

 private:
  Read read_;
  int limit_;
  projections::TimePage<Entry> page_;
};

// An export that is not whole must not end like one that is: the server stops, so the answer breaks off.
inline void go_on_only_if_whole(const BodySink& sink) {
  if (sink.stopping()) throw std::runtime_error("the server stops: an export was broken off");
}

inline Reply csv_reply(const std::string& file, std::function<void(BodySink&)> write) {
  Reply reply;
  reply.content_type = "text/csv; charset=utf-8; header=present";
  reply.stream = std::move(write);
  return std::move(reply).with("Content-Disposition", "attachment; filename=\"" + file + "\"");
}

// A table of what `pages` give, `put` writes the rows of one of them.
template <class Entry, class Put>
Reply csv_of_pages(const std::string& file, std::span<const std::string_view> columns, Pages<Entry> pages, Put put) {
  return csv_reply(file, [columns, pages = std::move(pages), put = std::move(put)](BodySink& sink) mutable {
    CsvWriter csv(sink, columns);
    do {
      go_on_only_if_whole(sink);
      put(csv, pages.entries());
    } while (csv.open() && pages.next());
    csv.finish();
  });
}

}  // namespace ledger::http
