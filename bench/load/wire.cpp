#include "bench/load/wire.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <stdexcept>

namespace ledger::bench {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";

bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::size_t number(std::string_view text, int base) {
  std::size_t value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value, base).ec != std::errc{}) throw std::runtime_error{"an answer without a readable length"};
  return value;
}

}  // namespace

Target Target::parse(const std::string& url, std::string key) {
  constexpr std::string_view kScheme = "http://";
  const std::invalid_argument wrong{"\"" + url + "\" is not an address like http://127.0.0.1:5110"};
  if (!url.starts_with(kScheme)) throw wrong;
  std::string_view rest = std::string_view{url}.substr(kScheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const std::size_t colon = rest.rfind(':');
  Target target{.host = std::string{rest.substr(0, colon)}, .port = 80, .key = std::move(key)};
  if (colon != std::string_view::npos) {
    const std::string_view digits = rest.substr(colon + 1);
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), target.port);
    if (fault != std::errc{} || end != digits.data() + digits.size()) throw wrong;
  }
  if (target.host.empty() || target.host.find_first_of("/@?# ") != std::string::npos) throw wrong;
  return target;
}

std::string request(const Target& target, std::string_view method, std::string_view path, std::string_view body, const Headers& headers, std::string_view media) {
  std::string bytes;
  bytes.reserve(256 + body.size());
  bytes.append(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: ").append(target.host).append(":").append(std::to_string(target.port)).append(kLineEnd);
  if (!target.key.empty()) bytes.append("Authorization: Bearer ").append(target.key).append(kLineEnd);
  for (const auto& [name, value] : headers) bytes.append(name).append(": ").append(value).append(kLineEnd);
  if (!body.empty()) bytes.append("Content-Type: ").append(media).append("\r\nContent-Length: ").append(std::to_string(body.size())).append(kLineEnd);
  return bytes.append(kLineEnd).append(body);
}

bool Answer::take(std::string_view bytes) {
  unread_ += bytes;
  while (part_ != Part::whole && step()) {
  }
  return part_ == Part::whole;
}

// Takes the next part if all of it is there.
bool Answer::step() {
  switch (part_) {
    case Part::head: {
      const std::size_t end = unread_.find(kHeadEnd);
      if (end == std::string::npos) return false;
      read_head(std::string_view{unread_}.substr(0, end + kLineEnd.size()));
      unread_.erase(0, end + kHeadEnd.size());
      return true;
    }
    case Part::sized_body:
    case Part::chunk: {
      const std::size_t some = std::min(expected_, unread_.size());
      body_.append(unread_, 0, some);
      unread_.erase(0, some);
      expected_ -= some;
      if (expected_ > 0) return false;
      if (part_ == Part::sized_body) {
        part_ = Part::whole;
        return true;
      }
      if (unread_.size() < kLineEnd.size()) return false;
      unread_.erase(0, kLineEnd.size());
      part_ = Part::chunk_size;
      return true;
    }
    case Part::chunk_size: {
      const std::size_t end = unread_.find(kLineEnd);
      if (end == std::string::npos) return false;
      expected_ = number(unread_, 16);
      unread_.erase(0, end + kLineEnd.size());
      part_ = expected_ > 0 ? Part::chunk : Part::trailer;
      return true;
    }
    case Part::trailer: {
      const std::size_t end = unread_.find(kLineEnd);
      if (end == std::string::npos) return false;
      unread_.erase(0, end + kLineEnd.size());
      if (end == 0) part_ = Part::whole;
      return true;
    }
    case Part::whole: return false;
  }
  return false;
}

void Answer::read_head(std::string_view head) {
  constexpr std::string_view kVersion = "HTTP/1.1 ";
  if (!head.starts_with("HTTP/1.") || head.size() < kVersion.size() + 3) throw std::runtime_error{"not an HTTP answer"};
  status_ = static_cast<int>(number(head.substr(kVersion.size(), 3), 10));
  head_ = head;
  keeps_alive_ = !same(header("connection"), "close") && head.starts_with("HTTP/1.1");
  const std::string length = header("content-length");
  if (same(header("transfer-encoding"), "chunked")) {
    part_ = Part::chunk_size;
  } else if (!length.empty()) {
    expected_ = number(length, 10);
    part_ = expected_ > 0 ? Part::sized_body : Part::whole;
  } else if (status_ == 204 || status_ == 304) {
    part_ = Part::whole;
  } else {
    throw std::runtime_error{"an answer without a length"};
  }
}

std::string Answer::header(std::string_view name) const {
  std::string_view rest = head_;
  for (std::size_t end = rest.find(kLineEnd); end != std::string_view::npos; end = rest.find(kLineEnd)) {
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + kLineEnd.size());
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !same(line.substr(0, colon), name)) continue;
    const std::size_t value = std::min(line.find_first_not_of(' ', colon + 1), line.size());
    return std::string{line.substr(value)};
  }
  return {};
}

}  // namespace ledger::bench
