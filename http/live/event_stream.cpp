#include "http/live/event_stream.hpp"

#include <algorithm>

namespace ledger::http {
namespace {

using std::chrono::steady_clock;

void append_line(std::string& out, std::string_view field, std::string_view value) {
  out.append(field).append(": ").append(value).append("\n");
}

}  // namespace

EventStream::EventStream(BodySink& sink, std::chrono::milliseconds heartbeat)
    : sink_(sink), heartbeat_(heartbeat), last_write_(steady_clock::now()) {}

bool EventStream::open() const { return !gone_ && !sink_.stopping(); }

bool EventStream::write(std::string_view bytes) {
  if (!open()) return false;
  if (!sink_.write(bytes)) gone_ = true;
  last_write_ = steady_clock::now();
  return !gone_;
}

bool EventStream::send(std::string_view id, std::string_view event, std::string_view data) {
  std::string text;
  if (!id.empty()) {
    append_line(text, "id", id);
    last_id_ = id;
  }
  if (!event.empty()) append_line(text, "event", event);
  // A line break of any kind inside the data begins a new data line; the reader joins them with \n again.
  for (bool more = true; more;) {
    const std::size_t end = data.find_first_of("\r\n");
    append_line(text, "data", data.substr(0, end));
    more = end != std::string_view::npos;
    if (more) data.remove_prefix(end + (data.substr(end, 2) == "\r\n" ? 2 : 1));
  }
  text += '\n';
  return write(text);
}

bool EventStream::beat(std::string_view place) {
  std::string text = ": keep-alive\n";
  if (place != last_id_) {
    append_line(text, "id", place);
    last_id_ = place;
  }
  return write(text + '\n');
}

bool EventStream::wait(std::chrono::milliseconds at_most, std::string_view place) {
  const auto until = steady_clock::now() + at_most;
  while (open()) {
    const auto now = steady_clock::now();
    const auto due = last_write_ + heartbeat_;
    if (now >= due && !beat(place)) return false;
    if (now >= until) return true;
    const auto next = std::min(until, last_write_ + heartbeat_);
    sink_.wait(std::chrono::ceil<std::chrono::milliseconds>(next - now));
  }
  return false;
}

Reply event_stream(std::chrono::milliseconds heartbeat, std::function<void(EventStream&)> run) {
  Reply reply;
  reply.content_type = "text/event-stream";
  reply.headers.emplace_back("Cache-Control", "no-store");
  reply.stream = [heartbeat, run = std::move(run)](BodySink& sink) {
    EventStream events(sink, heartbeat);
    // Tells the client at once that it is connected, before the first event there is.
    if (sink.write(": open\n\n")) run(events);
  };
  return reply;
}

}  // namespace ledger::http
