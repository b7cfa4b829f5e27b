#include "http/reading/query.hpp"

#include "domain/percent.hpp"
#include "domain/utf8.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {
namespace {

std::string written(const http::QueryParameters& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters)
    text += percent_encode_part(name) + "=" + percent_encode_part(value) + "&";
  return text;
}

// Asks for everything, as handlers do.
void ask(const http::QueryParameters& parameters) {
  http::Query query(parameters);
  (void)query.page();
  (void)query.time("as_of");
  (void)query.boolean("deleted");
  (void)query.integer("at_version", 1, 1'000'000);
  (void)query.texts("tag");
  (void)query.prefixed("metadata.");
  const auto done = query.done();
  if (!done) {
    expect(!done.error().errors.empty(), "each bad parameter is named");
    for (const auto& error : done.error().errors) expect(error.field.starts_with('?'), "a parameter is named as one");
  }
}

}  // namespace

void query(std::string_view input) {
  expect(percent_decode(percent_encode_part(input)) == input, "a part survives percent-encoding");
  expect(percent_decode(percent_encode_header(input)) == input, "a header survives percent-encoding");

  const auto parameters = http::parse_query(input);
  if (!parameters) return;
  for (const auto& [name, value] : *parameters) {
    expect(is_utf8(name) && is_utf8(value), "parameters are UTF-8");
    expect(name.find('\0') == std::string::npos && value.find('\0') == std::string::npos, "no parameter holds a NUL");
  }
  expect(http::parse_query(written(*parameters)) == parameters, "parameters survive being written");
  ask(*parameters);
}

}  // namespace ledger::fuzz
