// What is read from outside: JSON, fields, parameters, heads, chunks, keys, cursors.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "domain/json.hpp"
#include "http/auth.hpp"
#include "http/reading/cursor.hpp"
#include "http/reading/fields.hpp"
#include "http/reading/json_reader.hpp"
#include "http/reading/query.hpp"
#include "http/server/trace.hpp"
#include "http/wire/chunked.hpp"
#include "http/wire/head.hpp"
#include "http/wire/response.hpp"
#include "infra/crypto/encoding.hpp"
#include "infra/crypto/uuid.hpp"

using namespace ledger;
using namespace ledger::http;
using nlohmann::json;

TEST_CASE("the JSON reader reads what nlohmann reads") {
  for (const std::string_view text : {R"({"a":[1,-2,3.5,1e3,true,false,null,"x"],"b":{}})", R"("\u00e9\ud83d\ude00\n\"\\\/")", " [ ] ", "0", "-0",
                                      "18446744073709551615", "-9223372036854775808", R"("é😀")", "1.7976931348623157e308"}) {
    CAPTURE(text);
    const auto got = read_json(text);
    REQUIRE(got.has_value());
    CHECK(got->value == json::parse(text));
  }
}

TEST_CASE("the JSON reader refuses with the place and the reason") {
  struct Case {
    std::string text, error;
  };
  const std::vector<Case> cases = {
      {"", "Line 1, column 1: the text ends where a value should be."},
      {"{\n  \"a\": 1,\n  \"a\": 2}", "Line 3, column 3: the field \"a\" comes twice in one object."},
      {R"({"a" 1})", "Line 1, column 6: a colon should be here."},
      {"[1 2]", "Line 1, column 4: a comma or the closing bracket of an array should be here."},
      {"[1,]", "Line 1, column 4: this is not the beginning of a JSON value."},
      {"{,}", "Line 1, column 2: the name of a field, in double quotes, should be here."},
      {"1 1", "Line 1, column 3: there is more behind the end of the value."},
      {R"("a\u0000")", "Line 1, column 3: a NUL character (\\u0000) cannot be stored."},
      {std::string("\"a\0\"", 4), "Line 1, column 3: a NUL character cannot be stored."},
      {"\"a\nb\"", "Line 1, column 3: a control character in a string must be escaped."},
      {"\"\xff\"", "Line 1, column 1: this string is not valid UTF-8."},
      {"[\"\xc0\xaf\"]", "Line 1, column 2: this string is not valid UTF-8."},
      {"\"\xed\xa0\x80\"", "Line 1, column 1: this string is not valid UTF-8."},
      {R"("\ud800")", "Line 1, column 2: half of a surrogate pair is missing."},
      {R"("\ud800\u0041")", "Line 1, column 2: half of a surrogate pair is missing."},
      {R"("\x41")", "Line 1, column 2: this escape is not known to JSON."},
      {R"("\u12")", "Line 1, column 2: four hexadecimal digits should follow \\u."},
      {"\"abc", "Line 1, column 1: the string that begins here has no end."},
      {"18446744073709551616", "Line 1, column 1: this integer does not fit into 64 bits."},
      {"-9223372036854775809", "Line 1, column 1: this integer does not fit into 64 bits."},
      {"1e999", "Line 1, column 1: this number is too large or too small to be stored."},
      {"01", "Line 1, column 1: this is not a JSON number."},
      {"1.", "Line 1, column 1: digits should follow the point of this number."},
      {"1e", "Line 1, column 1: digits should follow the exponent sign of this number."},
      {"-", "Line 1, column 1: this is not a JSON number."},
      {"nul", "Line 1, column 1: this is not the beginning of a JSON value."},
      {"NaN", "Line 1, column 1: this is not the beginning of a JSON value."},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    const auto got = read_json(c.text);
    REQUIRE_FALSE(got.has_value());
    CHECK(got.error() == c.error);
  }
}

TEST_CASE("the JSON reader goes 64 levels deep and no deeper") {
  const auto nested = [](int depth) { return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']'); };
  CHECK(read_json(nested(64)).has_value());
  const auto got = read_json(nested(65));
  REQUIRE_FALSE(got.has_value());
  CHECK(got.error() == "Line 1, column 65: objects and arrays are nested deeper than 64 levels.");
  CHECK_FALSE(read_json(std::string(4'000'000, '[')).has_value());
}

TEST_CASE("fields are read by their types") {
  const json body = {{"name", "n"}, {"count", 3}, {"ratio", 0.5}, {"on", true}, {"tags", {"a", "b"}}, {"config", {{"model", "m"}}},
                     {"at", "2026-01-02T03:04:05Z"}, {"gone", nullptr}, {"kind", "text"}};
  const JsonDocument document(body);
  Fields fields(document);
  constexpr std::array<std::pair<std::string_view, int>, 2> kKinds{{{"text", 1}, {"chat", 2}}};
  CHECK(fields.required_string("name") == "n");
  CHECK(fields.required_integer("count", 1, 5) == 3);
  CHECK(fields.optional_number("ratio") == 0.5);
  CHECK(fields.required_boolean("on"));
  CHECK(fields.optional_strings("tags") == std::vector<std::string>{"a", "b"});
  CHECK(*fields.required_object("config") == json{{"model", "m"}});
  CHECK(fields.optional_time("at") == parse_rfc3339("2026-01-02T03:04:05Z"));
  CHECK(fields.nullable_string("gone") == std::optional<std::optional<std::string>>(std::in_place, std::nullopt));
  CHECK(fields.required_choice<int>("kind", kKinds) == 1);
  CHECK_FALSE(fields.optional_string("absent").has_value());
  CHECK_FALSE(fields.nullable_string("absent").has_value());
  CHECK(fields.done().has_value());
}

TEST_CASE("fields tell everything that is wrong at once, each once, with its path") {
  const json body = {{"title", 1}, {"count", 9}, {"huge", 18446744073709551615ULL}, {"when", "yesterday"}, {"tags", {"a", 2}}, {"variables", {{{"name", 1}, {"odd", 1}}, 7}},
                     {"description", nullptr}, {"colour", "red"}, {"kind", "video"}};
  const JsonDocument document(body);
  Fields fields(document);
  constexpr std::array<std::pair<std::string_view, int>, 2> kKinds{{{"text", 1}, {"chat", 2}}};
  (void)fields.required_string("name");
  (void)fields.required_choice<int>("role", kKinds);
  (void)fields.optional_string("title");
  (void)fields.optional_string("title");
  (void)fields.optional_string("description");
  (void)fields.optional_integer("count", 1, 5);
  (void)fields.optional_integer("huge", 1, INT64_MAX);
  (void)fields.optional_time("when");
  (void)fields.optional_strings("tags");
  (void)fields.optional_choice<int>("kind", kKinds);
  const json* variables = fields.required_array("variables");
  REQUIRE(variables != nullptr);
  for (std::size_t i = 0; i < variables->size(); ++i) {
    Fields variable = fields.inside((*variables)[i], "variables[" + std::to_string(i) + "]");
    (void)variable.required_string("name");
    variable.no_more();
  }
  const auto done = fields.done();
  REQUIRE_FALSE(done.has_value());
  CHECK((done.error().code == http::Code::invalid));
  const std::vector<FieldError> want = {
      {"name", "is missing"},
      {"role", "is missing"},
      {"title", "must be a string"},
      {"description", "must be a string"},
      {"count", "must be a whole number from 1 to 5"},
      {"huge", "must be a whole number from 1 to 9223372036854775807"},
      {"when", "must be a time like 2026-01-31T12:00:00Z (RFC 3339)"},
      {"tags[1]", "must be a string"},
      {"kind", "must be one of text, chat"},
      {"variables[0].name", "must be a string"},
      {"variables[0].odd", "is not a field of this request"},
      {"variables[1]", "must be a JSON object"},
      {"colour", "is not a field of this request"},
  };
  REQUIRE(done.error().errors.size() == want.size());
  for (std::size_t i = 0; i < want.size(); ++i) {
    CHECK(done.error().errors[i].field == want[i].field);
    CHECK(done.error().errors[i].detail == want[i].detail);
  }
  CHECK(done.error().detail == "13 fields are not valid: see errors.");
}

TEST_CASE("amounts and scores are read from their digits, wherever they stand") {
  struct Case {
    std::string_view number;
    std::optional<std::int64_t> micros;
  };
  const std::vector<Case> cases = {
      {"0.0042", 4'200}, {"4.2e-3", 4'200}, {"3", 3'000'000}, {"0.10000000000000000000000", 100'000}, {"-0.5", -500'000},
      {"999999.999999", 999'999'999'999}, {"9007199254.740993", 9'007'199'254'740'993},
      // All of them the double of an amount with six places, or of one.
      {"0.0042000000000000000001", std::nullopt}, {"0.1000000000000000055511151231257827", std::nullopt}, {"1.00000000000000000001", std::nullopt},
      {"0.30000000000000004", std::nullopt}, {"0.0000001", std::nullopt}, {"1e300", std::nullopt},
  };
  for (const auto& c : cases) {
    CAPTURE(c.number);
    const std::string number(c.number);
    auto read = read_json(R"({"cost":)" + number + R"(,"usage":{"cost":)" + number + R"(},"prices":[{"cost":1.5},{"cost":)" + number + R"(}],"list":[0.5,)" + number + "]}");
    REQUIRE(read.has_value());
    const JsonDocument document = *std::move(read);
    Fields fields(document);
    Fields usage = fields.inside(*fields.required_object("usage"), "usage");
    Fields price = fields.inside((*fields.required_array("prices"))[1], "prices[1]");
    const auto micros = [](const std::optional<Money>& amount) { return amount ? std::optional(amount->micros) : std::nullopt; };
    CHECK(micros(fields.optional_money("cost")) == c.micros);
    CHECK(micros(usage.optional_money("cost")) == c.micros);
    CHECK(micros(price.optional_money("cost")) == c.micros);
    const auto score = fields.optional_score("cost");
    CHECK((score ? std::optional(score->millionths) : std::nullopt) == c.micros);
    (void)fields.optional_array("list");
    const auto done = fields.done();
    CHECK(done.has_value() == c.micros.has_value());
    if (!done) CHECK(done.error().errors.at(1).field == "usage.cost");
    const auto& list = document.value.at("list");
    if (list[1].is_number_float()) CHECK(document.digits.at(&list[1]) == number);
  }
}

TEST_CASE("a body that is no object is told as that, and a body of a hundred thousand unknown fields is answered at once") {
  const JsonDocument array(json::array({1}));
  Fields fields(array);
  (void)fields.required_string("name");
  const auto done = fields.done();
  REQUIRE_FALSE(done.has_value());
  REQUIRE(done.error().errors.size() == 1);
  CHECK(done.error().detail == "body must be a JSON object.");

  json many = json::object();
  for (int i = 0; i < 100'000; ++i) many[std::to_string(i)] = i;
  const JsonDocument document(many);
  Fields flood(document);
  const auto refused = flood.done();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().errors.size() == 50);
}

TEST_CASE("query parameters are decoded in order, and broken ones refused") {
  const auto parsed = parse_query("a=1&b=%20x+y&&a=2&flag&q=a%3Db=c&%C3%A9=1");
  REQUIRE(parsed.has_value());
  CHECK(*parsed == QueryParameters{{"a", "1"}, {"b", " x y"}, {"a", "2"}, {"flag", ""}, {"q", "a=b=c"}, {"é", "1"}});
  for (const std::string_view broken : {"a=%", "a=%4", "a=%zz", "a=%00", "a=%ff", "%c3=1"}) {
    CAPTURE(broken);
    CHECK_FALSE(parse_query(broken).has_value());
  }
}

TEST_CASE("a query tells everything that is wrong at once") {
  const QueryParameters given = {{"limit", "501"}, {"status", "x"}, {"status", "y"}, {"deleted", "yes"}, {"as_of", "now"}, {"metadata.a", "1"}, {"colour", "red"}};
  Query query(given);
  CHECK(query.page().limit == 50);
  CHECK_FALSE(query.text("status").has_value());
  CHECK_FALSE(query.boolean("deleted").has_value());
  CHECK_FALSE(query.time("as_of").has_value());
  CHECK(query.prefixed("metadata.") == std::vector<std::pair<std::string, std::string>>{{"a", "1"}});
  const auto done = query.done();
  REQUIRE_FALSE(done.has_value());
  std::vector<std::string> fields;
  for (const FieldError& error : done.error().errors) fields.push_back(error.field);
  CHECK(fields == std::vector<std::string>{"?limit", "?status", "?deleted", "?as_of", "?colour"});
}

TEST_CASE("a page has 50 items unless asked for 1 to 500") {
  const auto limit_of = [](const QueryParameters& given) {
    Query query(given);
    const Page page = query.page();
    return query.done().has_value() ? page.limit : -1;
  };
  CHECK(limit_of({}) == 50);
  CHECK(limit_of({{"limit", "1"}}) == 1);
  CHECK(limit_of({{"limit", "500"}}) == 500);
  for (const char* bad : {"0", "501", "-1", "ten", "", "1e2", "99999999999999999999"}) {
    CAPTURE(bad);
    CHECK(limit_of({{"limit", bad}}) == -1);
  }
}

TEST_CASE("a head is read as RFC 9112 says") {
  const auto head = wire::parse_head("POST /a/b?x=1?2 HTTP/1.1\r\nHost: h\r\nX-Name:  a b\t\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n");
  REQUIRE(head.has_value());
  CHECK(head->method == "POST");
  CHECK(head->path == "/a/b");
  CHECK(head->query == "x=1?2");
  CHECK(head->header("x-name") == "a b");
  CHECK((head->framing.kind == wire::Framing::Kind::length));
  CHECK(head->framing.length == 5);
  CHECK(head->keep_alive);
  CHECK(head->expects_continue);
  const auto absolute = wire::parse_head("GET http://h:1/p?q HTTP/1.1\r\nHost: h\r\nConnection: TE, Close\r\n\r\n");
  REQUIRE(absolute.has_value());
  CHECK(absolute->path == "/p");
  CHECK(absolute->query == "q");
  CHECK_FALSE(absolute->keep_alive);
  const auto old = wire::parse_head("GET / HTTP/1.0\r\n\r\n");
  REQUIRE(old.has_value());
  CHECK_FALSE(old->keep_alive);
}

TEST_CASE("a header's value is what was sent: encoded words are not decoded") {
  const auto head = wire::parse_head("GET / HTTP/1.1\r\nHost: h\r\nX: =?ISO-8859-1?Q?=41=0D=0A=42?=\r\n\r\n");
  REQUIRE(head.has_value());
  CHECK(head->header("X") == "=?ISO-8859-1?Q?=41=0D=0A=42?=");
  CHECK_FALSE(wire::parse_head("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: =?US-ASCII?Q?10?=\r\n\r\n").has_value());
}

TEST_CASE("a head that two readers could read differently is refused") {
  const std::string host = "Host: h\r\n";
  struct Case {
    std::string text;
    int status;
  };
  const std::vector<Case> cases = {
      {"GET / HTTP/1.1\n" + host + "\r\n", 400},
      {"GET / HTTP/1.1\r\n" + host + "A: b\n\r\n", 400},
      {"GET  / HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET /a b HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET / HTTP/2.0\r\n" + host + "\r\n", 505},
      {"GET / http/1.1\r\n" + host + "\r\n", 400},
      {"G(T / HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET a HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET /\xc3\xa9 HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET /#a HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n" + host + host + "\r\n", 400},
      {"GET / HTTP/1.1\r\n" + host + "A : b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n" + host + " folded\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n" + host + "A: b\x01\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 5, 5\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: +5\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 0x5\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: \r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 99999999999999999999\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n", 400},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n" + host + "Expect: tea\r\n\r\n", 417},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    const auto head = wire::parse_head(c.text);
    REQUIRE_FALSE(head.has_value());
    CHECK(kind_of(head.error().code).status == c.status);
  }
  std::string many = "GET / HTTP/1.1\r\n" + host;
  for (int i = 0; i < 100; ++i) many += "A: b\r\n";
  const auto refused = wire::parse_head(many + "\r\n");
  REQUIRE_FALSE(refused.has_value());
  CHECK(kind_of(refused.error().code).status == 431);
}

TEST_CASE("chunks are put together whatever pieces they come in, and what follows is left alone") {
  const std::string text = "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nTrailer: x\r\n\r\nGET /";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    CAPTURE(piece);
    wire::ChunkedDecoder decoder(100);
    std::string out;
    std::size_t used = 0;
    while (used < text.size() && decoder.state() == wire::ChunkedDecoder::State::more) {
      used += decoder.feed(std::string_view(text).substr(used, piece), out);
    }
    CHECK((decoder.state() == wire::ChunkedDecoder::State::done));
    CHECK(out == "hello world");
    CHECK(text.substr(used) == "GET /");
  }
}

TEST_CASE("chunks that are not what they say are refused") {
  using State = wire::ChunkedDecoder::State;
  const auto state_after = [](std::string_view text) {
    wire::ChunkedDecoder decoder(10);
    std::string out;
    decoder.feed(text, out);
    return decoder.state();
  };
  CHECK((state_after("5\r\nhello\r\n0\r\n\r\n") == State::done));
  CHECK((state_after("5\r\nhell") == State::more));
  for (const std::string_view text : {"zz\r\n", "\r\n", ";a\r\n", "5\nhello", "5\r\nhello0\r\n", "5\r\nhello\n0", "-1\r\n", "5 \r\n", "0\r\n\rX", "5;a\nhello", "1000000000000000\r\n"}) {
    CAPTURE(text);
    CHECK((state_after(text) == State::malformed));
  }
  CHECK((state_after("b\r\n") == State::too_large));
  CHECK((state_after("5\r\nhello\r\n6\r\n") == State::too_large));
  CHECK((state_after("0\r\n" + std::string(10'000, 'x')) == State::malformed));
}

TEST_CASE("no header of ours breaks out of its line") {
  wire::ResponseHead head(200);
  head.set("Location", "/a");
  for (const std::string_view bad : {std::string_view("/a\r\nSet-Cookie: x"), std::string_view("a\nb"), std::string_view("a\0b", 3), std::string_view("a\x7f")}) {
    CHECK_THROWS_AS(head.set("Location", bad), std::invalid_argument);
  }
  CHECK_THROWS_AS(head.set("A\r\nB", "x"), std::invalid_argument);
  CHECK(std::move(head).text().find("HTTP/1.1 200 OK\r\nLocation: /a\r\nDate: ") == 0);
}

namespace {

class OneKey final : public KeyRing {
 public:
  explicit OneKey(const std::string& secret) : digest_(digest_of(secret)) {}
  std::optional<Principal> find(const crypto::Sha256& of_secret) const override {
    ++asked;
    if (of_secret != digest_) return std::nullopt;
    return Principal{.actor = "api-key/1", .workspace = "w", .role = Role::editor, .key_id = "pk-1"};
  }
  mutable int asked = 0;

 private:
  crypto::Sha256 digest_;
};

}  // namespace

TEST_CASE("a secret is told by its form, and differs from the last") {
  const std::string secret = new_secret();
  CHECK(secret.size() == 47);
  CHECK(secret.starts_with("plk_"));
  CHECK(secret != new_secret());
}

TEST_CASE("a key is found by Bearer and by Basic") {
  const std::string secret = new_secret();
  const OneKey keys(secret);
  for (const std::string& value : {"Bearer " + secret, "bearer  " + secret, "Basic " + crypto::to_base64("pk-1:" + secret)}) {
    CAPTURE(value);
    const auto principal = authenticate(value, keys);
    REQUIRE(principal.has_value());
    CHECK(principal->actor == "api-key/1");
  }
}

TEST_CASE("what is no key is a 401 that says so and how to do it") {
  const std::string secret = new_secret();
  const OneKey keys(secret);
  const std::vector<std::optional<std::string>> bad = {std::nullopt, "", "Bearer", "Bearer ", "Bearer " + new_secret(), secret, "Token " + secret, "Bearer " + secret + "x",
                                                       "Bearer plk_" + std::string(100'000, 'a'), "Basic " + secret, "Basic " + crypto::to_base64(secret),
                                                       "Basic " + crypto::to_base64("pk-2:" + secret), "Basic " + crypto::to_base64(":" + secret)};
  for (const auto& value : bad) {
    CAPTURE(value.value_or("(none)"));
    const auto principal = authenticate(value, keys);
    REQUIRE_FALSE(principal.has_value());
    CHECK(kind_of(principal.error().code).status == 401);
    CHECK(principal.error().headers.size() == 2);
    CHECK(principal.error().headers[0].first == "WWW-Authenticate");
    CHECK(principal.error().detail.find(secret) == std::string::npos);
  }
}

TEST_CASE("a role includes those below it, and a 403 names the one that is needed") {
  const Principal editor{.actor = "a", .workspace = "w", .role = Role::editor, .key_id = "k"};
  CHECK(authorise(editor, Role::viewer).has_value());
  CHECK(authorise(editor, Role::editor).has_value());
  const auto refused = authorise(editor, Role::publisher);
  REQUIRE_FALSE(refused.has_value());
  CHECK(kind_of(refused.error().code).status == 403);
  CHECK(refused.error().detail == "This needs a key with the role publisher or more; yours is editor.");
}

TEST_CASE("a cursor comes back as it went out, and nowhere else") {
  const Cursors cursors("key");
  const std::string payload("at\0 x", 5);
  const std::string cursor = cursors.make("list", payload);
  CHECK(cursors.read("list", cursor) == payload);
  CHECK(cursors.read("list", cursors.make("list", "")) == "");
  const auto refused = [&](std::string_view scope, const std::string& text) {
    const auto got = cursors.read(scope, text);
    return !got && got.error().code == http::Code::malformed_cursor && got.error().errors.at(0).field == "?cursor";
  };
  CHECK(refused("other list", cursor));
  CHECK(refused("list", Cursors("other key").make("list", payload)));
  CHECK(refused("list", ""));
  CHECK(refused("list", "not a cursor"));
  CHECK(refused("list", cursor + "A"));
  for (std::size_t i = 0; i < cursor.size(); ++i) {
    std::string tampered = cursor;
    tampered[i] = tampered[i] == 'A' ? 'B' : 'A';
    CAPTURE(i);
    CHECK(refused("list", tampered));
  }
}

TEST_CASE("a cursor's scope is the operation, the workspace, the path and the filters, but not the page") {
  Request request;
  request.route = "list_prompts";
  request.principal.workspace = "w";
  request.query = {{"tag", "a"}, {"limit", "10"}, {"status", "draft"}};
  const std::string scope = scope_of(request);
  Request next = request;
  next.query = {{"status", "draft"}, {"cursor", "x"}, {"tag", "a"}};
  CHECK(scope_of(next) == scope);
  next.query = {{"status", "draft"}, {"tag", "b"}};
  CHECK(scope_of(next) != scope);
  next = request;
  next.principal.workspace = "v";
  CHECK(scope_of(next) != scope);
  next = request;
  next.parameters = {{"id", "1"}};
  CHECK(scope_of(next) != scope);
}

TEST_CASE("request ids and trace parents are taken when well formed") {
  CHECK(request_id_of("abc-123") == "abc-123");
  CHECK(request_id_of(std::string(128, 'x')) == std::string(128, 'x'));
  for (const std::optional<std::string_view> bad : {std::optional<std::string_view>(), std::optional<std::string_view>(""), std::optional<std::string_view>("a b"),
                                                    std::optional<std::string_view>("\xc3\xa9")}) {
    CHECK(crypto::is_uuid(request_id_of(bad)));
  }
  CHECK(crypto::is_uuid(request_id_of(std::string(129, 'x'))));
  const std::string parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  CHECK(traceparent_of(parent) == parent);
  CHECK(traceparent_of("ff" + parent.substr(2)).empty());
  CHECK(traceparent_of(parent + "0").empty());
  CHECK(traceparent_of("00-00000000000000000000000000000000-b7ad6b7169203331-01").empty());
  CHECK(traceparent_of("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01").empty());
}

TEST_CASE("preconditions, idempotency keys and path ids are read or refused") {
  Request request;
  request.route = "r";
  const auto with = [&](std::string name, std::string value) {
    request.headers = {{std::move(name), std::move(value)}};
    return request;
  };
  CHECK(with("if-match", "\"7\"").if_match().value() == 7);
  CHECK_FALSE(with("If-Match", "*").if_match().value().has_value());
  for (const char* bad : {"7", "\"x\"", "\"\"", "\"", "W/\"7\"", "\"1\", \"2\"", "\"-1\""}) {
    CAPTURE(bad);
    CHECK_FALSE(with("If-Match", bad).if_match().has_value());
  }
  CHECK(with("Idempotency-Key", "k").idempotency_key().value() == "k");
  CHECK_FALSE(with("Idempotency-Key", "").idempotency_key().has_value());
  CHECK_FALSE(with("Idempotency-Key", "a b").idempotency_key().has_value());
  CHECK_FALSE(with("Idempotency-Key", std::string(256, 'k')).idempotency_key().has_value());
  request.parameters = {{"id", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F"}, {"v", "2"}, {"bad", "' OR 1=1"}};
  CHECK(request.id("id") == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  CHECK(kind_of(request.id("bad").error().code).status == 404);
  CHECK(request.number("v") == 2);
  CHECK(kind_of(request.number("bad").error().code).status == 404);
  CHECK_THROWS_AS((void)request.parameter("other"), std::logic_error);
}

TEST_CASE("every code has a status of its class, a slug of its own and a title") {
  std::vector<std::string_view> slugs;
  for (int code = 0; code <= static_cast<int>(http::Code::internal); ++code) {
    const Kind kind = kind_of(static_cast<http::Code>(code));
    CAPTURE(kind.slug);
    CHECK(kind.status >= 400);
    CHECK(kind.status <= 505);
    CHECK_FALSE(kind.title.empty());
    CHECK(std::ranges::find(slugs, kind.slug) == slugs.end());
    slugs.push_back(kind.slug);
  }
}

TEST_CASE("a problem is a document as in RFC 9457") {
  Problem stale = problem(http::Code::stale_version, "Version 3 is current, not \"2\" \xff.");
  stale.errors = {{"If-Match", "is 2"}};
  stale.members = {{"current_version", "3"}};
  const json document = json::parse(to_json(stale, "req-1"));
  CHECK(document.at("type") == "/problems/stale-version");
  CHECK(document.at("status") == 412);
  CHECK(document.at("title") == "The resource has changed since you read it");
  CHECK(document.at("detail") == "Version 3 is current, not \"2\" \xef\xbf\xbd.");
  CHECK(document.at("request_id") == "req-1");
  CHECK(document.at("current_version") == 3);
  CHECK(document.at("errors") == json::array({{{"field", "If-Match"}, {"detail", "is 2"}}}));
  CHECK((problem_of(Rejection{.code = ledger::Code::name_taken, .detail = "d", .errors = {}}).code == http::Code::name_taken));
}
