#pragma once

#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/exports/csv_writer.hpp"
#include "http/reply.hpp"
#include "projections/time_page.hpp"

namespace ledger::http {

// Texts of an execution may be two megabytes: so few of them are held at a time.
inline constexpr int kExportPage = 25;

// The entries of a list, page by page; the first page is read at once. A page has its entries, and as `next` where the one behind it begins.
template <class Entry, class Page = projections::TimePage<Entry>>
class Pages {
 public:
  using Mark = decltype(Page::next);
  using Read = std::function<Page(const Mark& after, int limit)>;

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
  Page page_;
};

// An export that is not whole must not end like one that is: the server stops, so the answer breaks off.
inline void go_on_only_if_whole(const BodySink& sink) {
  if (sink.stopping()) throw std::runtime_error("the server stops: an export was broken off");
}

inline Reply file_reply(const std::string& file, std::string content_type, std::function<void(BodySink&)> write) {
  Reply reply;
  reply.content_type = std::move(content_type);
  reply.stream = std::move(write);
  return std::move(reply).with("Content-Disposition", "attachment; filename=\"" + file + "\"");
}

inline Reply csv_reply(const std::string& file, std::function<void(BodySink&)> write) {
  return file_reply(file, "text/csv; charset=utf-8; header=present", std::move(write));
}

// A table of what `pages` give, `put` writes the rows of one of them.
template <class Entry, class Page, class Put>
Reply csv_of_pages(const std::string& file, std::span<const std::string_view> columns, Pages<Entry, Page> pages, Put put) {
  return csv_reply(file, [columns, pages = std::move(pages), put = std::move(put)](BodySink& sink) mutable {
    CsvWriter csv(sink, columns);
    do {
      go_on_only_if_whole(sink);
      put(csv, pages.entries());
    } while (csv.open() && pages.next());
    csv.finish();
  });
}

// A line of JSON for each of what `pages` give, `lines` writes those of one of them, each with its end.
template <class Entry, class Page, class Lines>
Reply ndjson_of_pages(const std::string& file, Pages<Entry, Page> pages, Lines lines) {
  return file_reply(file, "application/x-ndjson", [pages = std::move(pages), lines = std::move(lines)](BodySink& sink) mutable {
    do {
      go_on_only_if_whole(sink);
    } while (sink.write(lines(pages.entries())) && pages.next());
  });
}

}  // namespace ledger::http
