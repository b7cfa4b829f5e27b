#include <algorithm>

#include "http/reading/list_format.hpp"
#include "http/reading/text.hpp"
#include "http/request.hpp"
#include "http/server/trace.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {
namespace {

bool is_client_fault(const http::Problem& problem) {
  const int status = http::kind_of(problem.code).status;
  return status >= 400 && status < 500;
}

}  // namespace

// The input is the value of a header that means something to us, and an id in a path.
void request_headers(std::string_view input) {
  http::Request request;
  request.headers = {{"if-match", std::string(input)}, {"IDEMPOTENCY-KEY", std::string(input)}, {"accept", std::string(input)}};
  request.parameters = {{"id", std::string(input)}, {"v", std::string(input)}};

  if (const auto version = request.if_match(); !version) {
    expect(is_client_fault(version.error()), "a malformed If-Match is the client's fault");
  } else if (*version) {
    http::Request same;
    same.headers = {{"If-Match", "\"" + std::to_string(**version) + "\""}};
    const auto again = same.if_match();
    expect(again && *again == *version, "a version survives as an entity tag");
  }
  if (const auto key = request.idempotency_key(); !key) {
    expect(is_client_fault(key.error()), "a malformed Idempotency-Key is the client's fault");
  } else if (*key) {
    expect(!(*key)->empty() && (*key)->size() <= 255, "an Idempotency-Key has its length");
  }
  if (const auto id = request.id("id")) expect(id->size() == 36, "an id is a UUID");
  if (const auto number = request.number("v")) expect(*number > 0, "versions begin with 1");

  const http::QueryParameters none, csv{{"format", "csv"}};
  http::Query unasked(none), asked(csv);
  const auto accepted = http::read_list_format(unasked, request);
  expect(accepted == http::ListFormat::json || http::trimmed(input).find('/') != std::string_view::npos, "only a media type asks for another format");
  expect(http::read_list_format(asked, request) == http::ListFormat::csv, "?format= goes before Accept");

  const std::string id = http::request_id_of(input);
  expect(!id.empty() && std::ranges::all_of(id, [](char c) { return c > ' ' && c <= '~'; }),
         "a request id is printable");
  const std::string trace = http::traceparent_of(input);
  expect(trace.empty() || trace == input, "a trace is taken as it is or not at all");
}

}  // namespace ledger::fuzz
