#include "http/reading/list_format.hpp"

#include <string_view>
#include <utility>

#include "http/reading/text.hpp"

namespace ledger::http {
namespace {

constexpr std::pair<std::string_view, ListFormat> kFormats[] = {{"json", ListFormat::json}, {"ndjson", ListFormat::ndjson}, {"csv", ListFormat::csv}};
constexpr std::pair<std::string_view, ListFormat> kMediaTypes[] = {
    {"application/json", ListFormat::json}, {"application/x-ndjson", ListFormat::ndjson}, {"text/csv", ListFormat::csv}};

ListFormat accepted(std::string_view accept) {
  while (!accept.empty()) {
    const auto end = accept.find(',');
    const auto range = accept.substr(0, end);
    const auto media_type = trimmed(range.substr(0, range.find(';')));
    for (const auto& [known, format] : kMediaTypes) {
      if (equal_ignoring_case(media_type, known)) return format;
    }
    accept.remove_prefix(end == std::string_view::npos ? accept.size() : end + 1);
  }
  return ListFormat::json;
}

}  // namespace

ListFormat read_list_format(Query& query, const Request& request) {
  if (const auto format = query.choice<ListFormat>("format", kFormats)) return *format;
  return accepted(request.header("Accept").value_or(""));
}

}  // namespace ledger::http
