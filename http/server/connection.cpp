#include "http/server/connection.hpp"

#include "http/server/stream_sink.hpp"
#include "http/server/wire_exchange.hpp"
#include "http/wire/response.hpp"

namespace ledger::http {
namespace {

using std::chrono::steady_clock;
using wire::Cut;

constexpr std::chrono::milliseconds kLingerTime{1'000};
constexpr std::size_t kLingerBytes = 16 * 1024 * 1024;

bool has_no_body(int status) { return status == 204 || status == 304; }

// Everything of a response's head but how its body ends.
wire::ResponseHead head_of(const Answer& answer, bool keep) {
  const Reply& reply = answer.reply;
  wire::ResponseHead head(reply.status);
  head.set("X-Request-Id", answer.request_id);
  if (!has_no_body(reply.status)) head.set("Content-Type", reply.content_type);
  if (reply.etag) head.set("ETag", '"' + std::to_string(*reply.etag) + '"');
  for (const auto& [name, value] : reply.headers) head.set(name, value);
  if (!keep) head.set("Connection", "close");
  return head;
}

}  // namespace

Connection::Connection(int socket, std::string client, ConnectionTable& table, const Frame& frame, Budget& bytes, const ServerSettings& settings)
    : client_(std::move(client)), table_(table), frame_(frame), bytes_(bytes), settings_(settings), stay_(table, socket), wire_(socket, table.stop_signal()) {}

void Connection::serve() {
  After after = After::keep;
  while (after == After::keep && await_request()) after = serve_one();
  if (after == After::linger) wire_.linger(kLingerTime, kLingerBytes);
}

bool Connection::await_request() {
  if (wire_.has_buffered()) {
    stay_.end_idle();
    return true;
  }
  stay_.begin_idle();
  const auto request = wire_.await_request(first_ ? settings_.receive_timeout_ms : settings_.keep_alive_ms);
  stay_.end_idle();
  first_ = false;
  return request.has_value();
}

Connection::After Connection::serve_one() {
  const auto began = steady_clock::now();
  const auto text = wire_.read_head(settings_.max_head_bytes, settings_.receive_timeout_ms);
  if (!text) {
    switch (text.error()) {
      case Cut::too_large:
        return refuse(problem(Code::head_too_large,
                              "The request line and the headers may have " + std::to_string(settings_.max_head_bytes) + " bytes together."));
      case Cut::timeout:
        table_.count_timeout();
        return refuse(problem(Code::request_timeout, "The request's head did not come in time."));
      case Cut::closed:
      case Cut::stopping: return After::close;
    }
  }
  const auto head = wire::parse_head(*text);
  if (!head) return refuse(head.error());
  Budget::Share bytes(bytes_);         // until the answer is out
  wire::BodyReader body(wire_, *head, settings_.max_body_bytes, settings_.receive_timeout_ms, bytes);
  Answer answer = frame_.answer(*head, BodySource{body.present(), [&] { return body.read_all(); }, [&] { return wire_.is_closed(); }});
  if (answer.entry.problem == kind_of(Code::request_timeout).slug) table_.count_timeout();
  count_bytes(answer, bytes);
  return send(answer, &*head, &body, began);
}

Connection::After Connection::refuse(const Problem& failed) {
  Answer answer = frame_.refuse(failed);
  return send(answer, nullptr, nullptr, steady_clock::now());
}

void Connection::count_bytes(Answer& answer, Budget::Share& bytes) const {
  const std::size_t size = answer.reply.body.size() + answer.reply.exchange_bytes;
  if (size <= kUncountedBytes || bytes.grow(size)) return;
  // What it did stays done, so a change must not be told that it did not happen. An exchange has done nothing yet.
  if (!answer.reply.exchange && answer.entry.method != "GET" && answer.entry.method != "HEAD") return;
  Problem full = problem(Code::overloaded, "The server holds as many bytes of requests and answers as it can take. Try again in a moment.");
  full.headers.emplace_back("Retry-After", "1");
  frame_.replace(answer, full);
}

Connection::After Connection::send(Answer& answer, const wire::Head* head, wire::BodyReader* body, steady_clock::time_point began) {
  // The rest of the body is read away before the answer goes out: the client must learn from it whether the connection stays.
  const bool skipped = body != nullptr && !answer.reply.exchange && body->skip_rest();
  if ((answer.reply.stream || answer.reply.exchange) && !stay_.take_stream()) {
    Problem full = problem(Code::too_many_streams, "All " + std::to_string(settings_.max_event_streams) + " places for streams are taken.");
    full.headers.emplace_back("Retry-After", "5");
    frame_.replace(answer, full);
  }
  bool sent = false;
  const bool exchanges = static_cast<bool>(answer.reply.exchange);
  const bool streams = exchanges || (answer.reply.stream && head->method != "HEAD");
  const bool keep = skipped && head->keep_alive && !streams && stay_.may_keep();
  try {
    sent = streams ? send_stream(answer, *head, *body) : send_whole(answer, head, keep);
  } catch (const std::exception& error) {
    // Only before the first byte: a header that cannot be written, or no memory. What streams throw is told where they run.
    frame_.report_fault(answer.request_id, error.what());
    frame_.replace(answer, problem(Code::internal, "The answer could not be written."));
    sent = send_whole(answer, head, keep);
  }
  answer.entry.client = client_;
  answer.entry.bytes_in = body != nullptr ? body->bytes_read() : 0;
  answer.entry.seconds = std::chrono::duration<double>(steady_clock::now() - began).count();
  frame_.report(answer.entry);
  if (exchanges && sent && !body->finished()) return After::linger;
  if (!sent || streams) return After::close;
  return keep ? After::keep : skipped ? After::close : After::linger;
}

bool Connection::send_whole(Answer& answer, const wire::Head* head, bool keep) {
  const Reply& reply = answer.reply;
  auto response = head_of(answer, keep);
  const bool asks_head = head != nullptr && head->method == "HEAD";
  if (!has_no_body(reply.status) && !reply.stream) response.set("Content-Length", std::to_string(reply.body.size()));
  const std::string_view body = asks_head || has_no_body(reply.status) ? std::string_view() : std::string_view(reply.body);
  wire::Pace pace(settings_.send_timeout_ms, wire::Pace::Credit::by_bytes);
  answer.entry.bytes_out = body.size();
  return transmitted(wire_.send({std::move(response).text(), body}, pace));
}

bool Connection::send_stream(Answer& answer, const wire::Head& head, wire::BodyReader& body) {
  if (answer.reply.exchange && !body.begin()) return false;
  auto response = head_of(answer, false);
  const bool chunked = head.minor_version == 1;      // an HTTP/1.0 client reads to the end of the connection
  if (chunked) response.set("Transfer-Encoding", "chunked");
  wire::Pace pace(settings_.send_timeout_ms, wire::Pace::Credit::none);
  if (!transmitted(wire_.send({std::move(response).text()}, pace))) return false;
  const auto run = [&](auto& out, const auto& write) {
    try {
      write(out);
      out.end();
    } catch (const std::exception& error) {
      // The status is out. Closing without the last chunk tells the client that this is not all.
      frame_.report_fault(answer.request_id, error.what());
    }
    if (out.timed_out()) table_.count_timeout();
    answer.entry.bytes_out = out.bytes();
  };
  if (answer.reply.exchange) {
    WireExchange exchange(wire_, body, chunked, {settings_.receive_timeout_ms, settings_.send_timeout_ms});
    run(exchange, answer.reply.exchange);
  } else {
    StreamSink sink(wire_, chunked, settings_.send_timeout_ms);
    run(sink, answer.reply.stream);
  }
  return true;
}

bool Connection::transmitted(const Result<void, Cut>& sent) {
  if (!sent && sent.error() == Cut::timeout) table_.count_timeout();
  return sent.has_value();
}

}  // namespace ledger::http
