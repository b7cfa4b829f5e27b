#include "http/wire/head.hpp"

#include <algorithm>
#include <string>

#include "http/reading/text.hpp"

namespace ledger::http::wire {
namespace {

constexpr std::size_t kMaxHeaders = 100;

constexpr bool is_token_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_token_char); }

bool is_field_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != 0x7f); });
}

// True when a comma-separated list holds the word.
bool lists(std::string_view value, std::string_view word) {
  while (!value.empty()) {
    const std::string_view item = value.substr(0, value.find(','));
    if (equal_ignoring_case(trimmed(item), word)) return true;
    value.remove_prefix(std::min(value.size(), item.size() + 1));
  }
  return false;
}

tl::unexpected<Problem> malformed(std::string detail) { return tl::unexpected(problem(Code::malformed_request, std::move(detail))); }

std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 2);
  return line;
}

Result<void, Problem> read_target(std::string_view target, Head& head) {
  if (!is_printable_ascii(target)) return malformed("The request target must be printable ASCII: percent-encode everything else.");
  for (const std::string_view scheme : {"http://", "https://"}) {       // absolute form, as proxies get it
    if (target.size() < scheme.size() || !equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(std::min(target.find_first_of("/?", scheme.size()), target.size()));
    if (!target.starts_with('/')) return malformed("The request target has no path.");
  }
  if (target != "*" && !target.starts_with('/')) return malformed("The request target must begin with a slash.");
  if (target.find('#') != std::string_view::npos) return malformed("The request target holds a #, which must be percent-encoded.");
  const std::size_t question = target.find('?');
  head.path = target.substr(0, question);
  if (question != std::string_view::npos) head.query = target.substr(question + 1);
  return {};
}

Result<void, Problem> read_request_line(std::string_view line, Head& head) {
  const std::size_t first = line.find(' ');
  const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
  if (second == std::string_view::npos) return malformed("The request line must be a method, a target and a version.");
  head.method = line.substr(0, first);
  if (!is_token(head.method)) return malformed("The request line does not begin with a method.");
  const std::string_view version = line.substr(second + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    const bool is_version = version.size() == 8 && version.starts_with("HTTP/") && version[6] == '.';
    if (!is_version) return malformed("The request line does not end with an HTTP version.");
    return tl::unexpected(problem(Code::unsupported_protocol, "This server speaks HTTP/1.1 and HTTP/1.0."));
  }
  head.minor_version = version.back() - '0';
  return read_target(line.substr(first + 1, second - first - 1), head);
}

Result<void, Problem> read_header(std::string_view line, Head& head) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return malformed("A header line must be a name, a colon and a value, without spaces around the name.");
  }
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (!is_field_value(value)) return malformed("A header's value holds a control character.");
  if (head.headers.size() == kMaxHeaders) {
    return tl::unexpected(problem(Code::head_too_large, "More than " + std::to_string(kMaxHeaders) + " headers."));
  }
  head.headers.emplace_back(line.substr(0, colon), value);
  return {};
}

// RFC 9112, section 6.3, without its leniencies.
Result<void, Problem> read_framing(Head& head) {
  int lengths = 0;
  int codings = 0;
  int hosts = 0;
  for (const auto& [name, value] : head.headers) {
    if (equal_ignoring_case(name, "Content-Length")) {
      ++lengths;
      const bool digits = !value.empty() && std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
      const auto length = digits ? to_integer(value) : std::nullopt;
      if (!length) return malformed("Content-Length must be one number of bytes.");
      head.framing = {Framing::Kind::length, static_cast<std::uint64_t>(*length)};
    } else if (equal_ignoring_case(name, "Transfer-Encoding")) {
      ++codings;
      if (!equal_ignoring_case(value, "chunked")) return malformed("The only Transfer-Encoding that this server takes is chunked.");
    } else if (equal_ignoring_case(name, "Host")) {
      ++hosts;
    } else if (equal_ignoring_case(name, "Connection")) {
      if (lists(value, "close")) head.keep_alive = false;
    } else if (equal_ignoring_case(name, "Expect")) {
      if (!equal_ignoring_case(value, "100-continue")) {
        return tl::unexpected(problem(Code::expectation_failed, "The only expectation that this server knows is 100-continue."));
      }
      head.expects_continue = head.minor_version == 1;
    }
  }
  if (lengths > 1) return malformed("Content-Length came more than once.");
  if (codings > 1) return malformed("Transfer-Encoding came more than once.");
  if (lengths > 0 && codings > 0) return malformed("A request has Content-Length or Transfer-Encoding, not both.");
  if (codings > 0 && head.minor_version == 0) return malformed("HTTP/1.0 knows no Transfer-Encoding.");
  if (hosts > 1 || (hosts == 0 && head.minor_version == 1)) return malformed("A request has exactly one Host header.");
  if (codings > 0) head.framing = {Framing::Kind::chunked, 0};
  return {};
}

}  // namespace

std::optional<std::string_view> Head::header(std::string_view name) const {
  for (const auto& [known, value] : headers) {
    if (equal_ignoring_case(known, name)) return value;
  }
  return std::nullopt;
}

Result<Head, Problem> parse_head(std::string_view text) {
  Head head;
  const auto request_line = take_line(text);
  if (!request_line) return malformed("The request line has no end.");
  if (auto ok = read_request_line(*request_line, head); !ok) return tl::unexpected(ok.error());
  // Keeping HTTP/1.0 connections open is an extension of other people's; nobody needs it here.
  head.keep_alive = head.minor_version == 1;
  for (;;) {
    const auto line = take_line(text);
    if (!line) return malformed("The headers have no end: every line ends with CR LF, and an empty one ends them.");
    if (line->empty()) break;
    if (auto ok = read_header(*line, head); !ok) return tl::unexpected(ok.error());
  }
  if (auto ok = read_framing(head); !ok) return tl::unexpected(ok.error());
  return head;
}

}  // namespace ledger::http::wire
