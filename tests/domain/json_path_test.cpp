#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "domain/json.hpp"
#include "domain/json_path/parse.hpp"
#include "domain/json_path/select.hpp"

using namespace ledger;
using namespace ledger::json_path;
using nlohmann::json;

namespace {

std::vector<std::string> paths(std::string_view query, const json& document) {
  const auto read = parse(query);
  REQUIRE(read.has_value());
  std::vector<std::string> out;
  const auto selected = select(*read, document);
  REQUIRE(selected.has_value());
  for (const auto& node : *selected) out.push_back(normalized_path(node.location));
  return out;
}

using Paths = std::vector<std::string>;

// RFC 9535, figure 1.
const json kBookstore = json::parse(R"({
  "store": {
    "book": [
      {"category": "reference", "author": "Nigel Rees", "title": "Sayings of the Century", "price": 8.95},
      {"category": "fiction", "author": "Evelyn Waugh", "title": "Sword of Honour", "price": 12.99},
      {"category": "fiction", "author": "Herman Melville", "title": "Moby Dick", "isbn": "0-553-21311-3", "price": 8.99},
      {"category": "fiction", "author": "J. R. R. Tolkien", "title": "The Lord of the Rings", "isbn": "0-395-19395-8", "price": 22.99}
    ],
    "bicycle": {"color": "red", "price": 399}
  }
})");

// Any document, three levels deep.
rc::Gen<json> documents(int levels) {
  const auto leaf = rc::gen::oneOf(rc::gen::just(json(nullptr)), rc::gen::map<bool>([](bool b) { return json(b); }),
                                   rc::gen::map<int>([](int i) { return json(i); }),
                                   rc::gen::map(rc::gen::string<std::string>(), [](std::string s) {
                                     std::erase_if(s, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
                                     return json(std::move(s));
                                   }));
  if (levels == 0) return leaf;
  const auto inner = documents(levels - 1);
  const auto arrays = rc::gen::map(rc::gen::container<std::vector<json>>(inner), [](std::vector<json> all) { return json(std::move(all)); });
  const auto names = rc::gen::element<std::string>("a", "b", "", "a b", "'", "\\", "\n", "\x01", "/", "~", "é", "0", "01");
  const auto objects = rc::gen::map(rc::gen::container<std::map<std::string, json>>(names, inner), [](std::map<std::string, json> all) { return json(std::move(all)); });
  return rc::gen::oneOf(leaf, arrays, objects);
}

std::size_t nodes_below(const json& document) {
  std::size_t count = 0;
  for (const auto& child : document) count += 1 + (child.is_structured() ? nodes_below(child) : 0);
  return count;
}

}  // namespace

TEST_CASE("the bookstore of RFC 9535, table 2") {
  struct Case {
    const char* query;
    std::size_t nodes;
    const char* first;
  };
  const Case cases[] = {
      {"$.store.book[*].author", 4, "$['store']['book'][0]['author']"},
      {"$..author", 4, "$['store']['book'][0]['author']"},
      {"$.store.*", 2, "$['store']['bicycle']"},
      {"$.store..price", 5, "$['store']['bicycle']['price']"},
      {"$..book[2]", 1, "$['store']['book'][2]"},
      {"$..book[2].author", 1, "$['store']['book'][2]['author']"},
      {"$..book[2].publisher", 0, nullptr},
      {"$..book[-1]", 1, "$['store']['book'][3]"},
      {"$..book[0,1]", 2, "$['store']['book'][0]"},
      {"$..book[:2]", 2, "$['store']['book'][0]"},
      {"$..book[?@.isbn]", 2, "$['store']['book'][2]"},
      {"$..book[?@.price<10]", 2, "$['store']['book'][0]"},
      {"$..*", 27, "$['store']"},
  };
  for (const auto& each : cases) {
    CAPTURE(each.query);
    const auto selected = paths(each.query, kBookstore);
    CHECK(selected.size() == each.nodes);
    if (each.first && !selected.empty()) CHECK(selected.front() == each.first);
  }
}

TEST_CASE("filters of RFC 9535, section 2.3.5.3") {
  const json document = json::parse(R"({
    "a": [3, 5, 1, 2, 4, 6, {"b": "j"}, {"b": "k"}, {"b": {}}, {"b": "kilo"}],
    "o": {"p": 1, "q": 2, "r": 3, "s": 5, "t": {"u": 6}},
    "e": "f"
  })");
  CHECK(paths("$.a[?@.b == 'kilo']", document) == Paths{"$['a'][9]"});
  CHECK(paths("$.a[?(@.b == 'kilo')]", document) == Paths{"$['a'][9]"});
  CHECK(paths("$.a[?@>3.5]", document) == Paths{"$['a'][1]", "$['a'][4]", "$['a'][5]"});
  CHECK(paths("$.a[?@.b]", document) == Paths{"$['a'][6]", "$['a'][7]", "$['a'][8]", "$['a'][9]"});
  CHECK(paths("$[?@.*]", document) == Paths{"$['a']", "$['o']"});
  CHECK(paths("$[?@[?@.b]]", document) == Paths{"$['a']"});
  CHECK(paths("$.o[?@<3, ?@<3]", document) == Paths{"$['o']['p']", "$['o']['q']", "$['o']['p']", "$['o']['q']"});
  CHECK(paths("$.a[?@<2 || @.b == \"k\"]", document) == Paths{"$['a'][2]", "$['a'][7]"});
  CHECK(paths(R"($.a[?match(@.b, "[jk]")])", document) == Paths{"$['a'][6]", "$['a'][7]"});
  CHECK(paths(R"($.a[?search(@.b, "[jk]")])", document) == Paths{"$['a'][6]", "$['a'][7]", "$['a'][9]"});
  CHECK(paths("$.o[?@>1 && @<4]", document) == Paths{"$['o']['q']", "$['o']['r']"});
  CHECK(paths("$.o[?@.u || @.x]", document) == Paths{"$['o']['t']"});
  CHECK(paths("$.a[?@.b == $.x]", document).size() == 6);
  CHECK(paths("$.a[?@ == @]", document).size() == 10);
}

TEST_CASE("what is wrong with a query is told with its place") {
  struct Case {
    const char* query;
    std::size_t offset;
    const char* problem;
  };
  const Case cases[] = {
      {"", 0, "begins with $"},
      {"$.", 2, "a name or *"},
      {"$.a b", 3, "the text goes on"},
      {"$['a", 2, "not closed"},
      {"$[01]", 2, "leading 0"},
      {"$[9007199254740992]", 2, "2^53"},
      {"$[?@..a == 1]", 3, "single node"},
      {"$[?length(@.a)]", 3, "is a value"},
      {"$[?match(@.a, 'x') == true]", 3, "not compared"},
      {"$[?count(1) > 0]", 9, "takes a query"},
      {"$[?size(@) > 0]", 3, "no such function"},
      {"$[?true]", 3, "no condition"},
      {"$['\\x']", 2, "escape"},
  };
  for (const auto& each : cases) {
    CAPTURE(each.query);
    const auto read = parse(each.query);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().offset == each.offset);
    CAPTURE(read.error().problem);
    CHECK(read.error().problem.find(each.problem) != std::string::npos);
  }
}

TEST_CASE("a query that is too long or too deep is refused, not followed") {
  CHECK_FALSE(parse("$" + std::string(kQueryBytes, ' ') + ".a").has_value());
  std::string deep = "$";
  for (int i = 0; i <= kQueryNesting; ++i) deep += "[?@";
  CHECK(parse(deep).error().problem.find("nested deeper") != std::string::npos);
}

TEST_CASE("a selection that takes too long ends with a sentence") {
  json wide = json::array();
  for (int i = 0; i < 2'000; ++i) wide.push_back(i);
  const auto squared = select(parse("$[?count($[?@ == 1]) == 1]").value(), wide);
  REQUIRE_FALSE(squared.has_value());
  CHECK(squared.error().find("steps") != std::string::npos);
  const auto many = select(parse("$[*,*,*]").value(), wide, {.nodes = 5'000});
  REQUIRE_FALSE(many.has_value());
  CHECK(many.error().find("5000 nodes") != std::string::npos);
}

TEST_CASE("numbers are compared by what they are worth") {
  const json document = json::parse(R"([1, 1.0, 18446744073709551615, -1, "1"])");
  CHECK(paths("$[?@ == 1]", document) == Paths{"$[0]", "$[1]"});
  CHECK(paths("$[?@ > 1]", document) == Paths{"$[2]"});
  CHECK(paths("$[?@ < 1e0]", document) == Paths{"$[3]"});
}

TEST_CASE("$..* selects every node but the root once, and each is selected by its own path") {
  CHECK(rc::check("paths", [] {
    const json document = *documents(3);
    const auto all = select(parse("$..*").value(), document);
    RC_ASSERT(all.has_value());
    RC_ASSERT(all->size() == (document.is_structured() ? nodes_below(document) : 0));
    for (const auto& node : *all) {
      const auto again = select(parse(normalized_path(node.location)).value(), document);
      RC_ASSERT(again->size() == 1);
      RC_ASSERT(again->front().value == node.value);
      RC_ASSERT(&document.at(json::json_pointer(json_pointer(node.location))) == node.value);
    }
  }));
}
