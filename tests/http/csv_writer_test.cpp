#include "http/exports/csv_writer.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <vector>

#include "http/exports/export_pages.hpp"

using namespace ledger;
using namespace ledger::http;

namespace {

class Collected final : public BodySink {
 public:
  bool write(std::string_view bytes) override {
    body += bytes;
    largest = std::max(largest, bytes.size());
    return !gone;
  }
  bool stopping() const override { return stop; }
  void wait(std::chrono::milliseconds) override {}

  std::string body;
  std::size_t largest = 0;
  bool gone = false;
  bool stop = false;
};

constexpr std::string_view kTwo[] = {"a", "b"};

// What one cell of people's text becomes.
std::string cell(std::string_view text) {
  Collected sink;
  CsvWriter csv(sink, kTwo);
  csv.text(text).none().end_row();
  csv.finish();
  return sink.body.substr(5, sink.body.size() - 5 - 3);   // between the header line and the empty cell with its end of line
}

struct Item {
  std::string id;
  struct {
    Timestamp created_at{};
  } state;
};

// Pages of one item each.
Pages<Item> pages_of(int count, int breaks_at = -1) {
  return Pages<Item>(
      [count, breaks_at](const std::optional<projections::TimeMark>& after, int) {
        const int number = after ? std::stoi(after->id) + 1 : 0;
        if (number == breaks_at) throw std::runtime_error("the query broke");
        projections::TimePage<Item> page;
        if (number < count) page.entries.push_back({std::to_string(number), {}});
        if (number + 1 < count) page.next = projections::TimeMark{{}, std::to_string(number)};
        return page;
      },
      1);
}

Reply reply_of(Pages<Item> pages) {
  return csv_of_pages("x.csv", kTwo, std::move(pages), [](CsvWriter& csv, const std::vector<Item>& items) {
    for (const auto& item : items) csv.text(item.id).none().end_row();
  });
}

}  // namespace

TEST_CASE("a cell is quoted when it must be, and only then") {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},          {"plain words", "plain words"}, {"a,b", "\"a,b\""},   {"say \"hi\"", "\"say \"\"hi\"\"\""}, {"two\nlines", "\"two\nlines\""},
      {"a\rb", "\"a\rb\""}, {" spaces ", " spaces "},       {"Grüße 😀", "Grüße 😀"}, {"a;b\tc", "a;b\tc"},
  };
  for (const auto& [text, written] : cases) CHECK(cell(text) == written);
}

TEST_CASE("what a spreadsheet would run gets an apostrophe in front, numbers of ours do not") {
  const std::pair<const char*, const char*> cases[] = {
      {"=1+1", "'=1+1"},     {"+1", "'+1"},           {"-1", "'-1"},         {"@SUM(A1)", "'@SUM(A1)"},       {"\t=1", "'\t=1"},
      {"\r=1", "\"'\r=1\""}, {"\n=1", "\"'\n=1\""}, {"=\"a\",b", "\"'=\"\"a\"\",b\""}, {"a=1", "a=1"}, {"'=1", "'=1"},
  };
  for (const auto& [text, written] : cases) CHECK(cell(text) == written);
  Collected sink;
  CsvWriter csv(sink, kTwo);
  csv.number(Score{-1'500'000}).number(Money{-42}).end_row();
  csv.number(std::int64_t{-7}).number(std::optional<Score>()).end_row();
  csv.flag(true).time(Timestamp{}).end_row();
  csv.finish();
  CHECK(sink.body == "a,b\r\n-1.5,-0.000042\r\n-7,\r\ntrue,1970-01-01T00:00:00.000000Z\r\n");
}

TEST_CASE("what is sealed is an empty cell") {
  Collected sink;
  CsvWriter csv(sink, kTwo);
  csv.text(PersonalText{"c2VhbGVk", "user-1"}).text(PersonalText{"=open", {}}).end_row();
  csv.finish();
  CHECK(sink.body == "a,b\r\n,'=open\r\n");
}

TEST_CASE("a row of another number of cells is a mistake of ours") {
  Collected sink;
  CsvWriter csv(sink, kTwo);
  csv.text("only one");
  CHECK_THROWS_AS(csv.end_row(), std::logic_error);
}

TEST_CASE("rows go out in pieces, whatever there are") {
  Collected sink;
  CsvWriter csv(sink, kTwo);
  const std::string text(1'000, 'x');
  for (int n = 0; n < 10'000; ++n) csv.text(text).none().end_row();
  csv.finish();
  CHECK(sink.body.size() == 5 + 10'000 * 1'003);
  CHECK(sink.largest < 70'000);
}

TEST_CASE("an export is its pages, with a header also when there are none") {
  for (const int count : {0, 1, 5}) {
    Collected sink;
    const Reply reply = reply_of(pages_of(count));
    CHECK(reply.content_type.starts_with("text/csv"));
    reply.stream(sink);
    std::string want = "a,b\r\n";
    for (int n = 0; n < count; ++n) want += std::to_string(n) + ",\r\n";
    CHECK(sink.body == want);
  }
}

TEST_CASE("an export that breaks does not end, and what breaks at once is no export") {
  Collected sink;
  CHECK_THROWS_AS((void)pages_of(3, 0), std::runtime_error);
  const Reply reply = reply_of(pages_of(3, 2));
  CHECK_THROWS_AS(reply.stream(sink), std::runtime_error);
  SUBCASE("nor does one that the server stops") {
    const Reply whole = reply_of(pages_of(3));
    sink.stop = true;
    CHECK_THROWS_AS(whole.stream(sink), std::runtime_error);
  }
}

TEST_CASE("a client that is gone is written to no more") {
  int read = 0;
  Pages<Item> pages(
      [&read](const auto&, int) {
        ++read;
        projections::TimePage<Item> page;
        page.entries.push_back({std::string(70'000, 'x'), {}});
        page.next = projections::TimeMark{};
        return page;
      },
      1);
  Collected sink;
  sink.gone = true;
  reply_of(std::move(pages)).stream(sink);
  CHECK(read == 1);
}
