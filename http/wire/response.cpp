#include "http/wire/response.hpp"

#include <Poco/Net/HTTPResponse.h>

#include <algorithm>
#include <ctime>
#include <stdexcept>

namespace ledger::http::wire {
namespace {

// Written anew once a second.
const std::string& date() {
  thread_local std::time_t written_at = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != written_at) {
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char buffer[40];
    text.assign(buffer, std::strftime(buffer, sizeof buffer, "%a, %d %b %Y %H:%M:%S GMT", &parts));
    written_at = now;
  }
  return text;
}

bool is_safe(char c) { return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != 0x7f); }

}  // namespace

ResponseHead::ResponseHead(int status) {
  text_.reserve(512);
  text_.append("HTTP/1.1 ").append(std::to_string(status)).append(" ");
  text_.append(Poco::Net::HTTPResponse::getReasonForStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(status))).append("\r\n");
}

void ResponseHead::set(std::string_view name, std::string_view value) {
  if (name.empty() || !std::ranges::all_of(name, is_safe) || !std::ranges::all_of(value, is_safe)) {
    throw std::invalid_argument("the response header \"" + std::string(name) + "\" holds a control character");
  }
  text_.append(name).append(": ").append(value).append("\r\n");
}

std::string ResponseHead::text() && {
  text_.append("Date: ").append(date()).append("\r\n\r\n");
  return std::move(text_);
}

}  // namespace ledger::http::wire
