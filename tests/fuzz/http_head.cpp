#include "http/wire/head.hpp"

#include <algorithm>

#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {
namespace {

using http::wire::Framing;
using http::wire::Head;

std::string written(const Head& head) {
  std::string text;
  text.append(head.method).append(" ").append(head.path);
  if (!head.query.empty()) text.append("?").append(head.query);
  text += head.minor_version == 1 ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n";
  for (const auto& [name, value] : head.headers) text.append(name).append(": ").append(value).append("\r\n");
  return text + "\r\n";
}

bool same(const Head& a, const Head& b) {
  return a.method == b.method && a.path == b.path && a.query == b.query && a.headers == b.headers &&
         a.framing.kind == b.framing.kind && a.framing.length == b.framing.length &&
         a.minor_version == b.minor_version && a.keep_alive == b.keep_alive && a.expects_continue == b.expects_continue;
}

bool is_clean(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

}  // namespace

void http_head(std::string_view input) {
  const auto head = http::wire::parse_head(input);
  if (!head) {
    const int status = http::kind_of(head.error().code).status;
    expect((status >= 400 && status < 500) || status == 505, "a malformed head is the client's fault");
    return;
  }
  expect(head->path == "*" || head->path.starts_with('/'), "a path begins with a slash");
  int framings = 0;
  for (const auto& [name, value] : head->headers) {
    expect(!name.empty() && is_clean(name) && is_clean(value), "no header holds a line break or NUL");
    std::string lower(name);
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    framings += lower == "content-length" || lower == "transfer-encoding" ? 1 : 0;
  }
  expect(framings <= 1 && (framings == 1) == (head->framing.kind != Framing::Kind::none), "a body has one end");

  const std::string again_text = written(*head);
  const auto again = http::wire::parse_head(again_text);
  expect(again && same(*again, *head), "a head survives being written");
  expect(!http::wire::parse_head(std::string_view(again_text).substr(0, again_text.size() - 2)),
         "a head ends with an empty line");
}

}  // namespace ledger::fuzz
