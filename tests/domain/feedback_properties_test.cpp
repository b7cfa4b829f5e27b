#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>

#include "domain/score.hpp"
#include "tests/domain/event_dump.hpp"
#include "tests/support/random_feedback.hpp"

using namespace ledger;

namespace {

template <class Event, class State>
void check_event(const Event& event, const State& before,
                 Result<Event, std::string> (*decode_text)(std::string_view, std::string_view)) {
  const EncodedEvent encoded = encode(event);
  const auto decoded = decode_text(encoded.type, encoded.data);
  RC_ASSERT(decoded.has_value());
  RC_ASSERT((*decoded == event));
  RC_ASSERT((encode(*decoded) == encoded));
  RC_ASSERT((evolve(before, *decoded, spec::meta_at(1)) == evolve(before, event, spec::meta_at(1))));
  dump_event(encoded);
}

}  // namespace

TEST_CASE("random feedback is decided the same twice, and survives its codec") {
  CHECK(rc::check("feedback", [](const std::vector<std::uint32_t>& seeds) {
    using namespace feedback;
    State state;
    for (const auto seed : seeds) {
      prompt::RandomCommands random{seed};
      const auto command = RandomFeedback::feedback_command(random);
      const auto about = examples::about("req-1", random.one_in(2) ? "u" : "");
      const GiveContext context{random.one_in(8) ? "bob" : "ann", Origin{about, "ann"}};
      const auto decision = decide(state, command, context);
      RC_ASSERT((decide(state, command, context) == decision));
      if (!decision || !*decision) continue;
      check_event(**decision, state, feedback::decode);
      // The history is whole: an event begins where the last one ended.
      if (const auto* changed = std::get_if<Changed>(&**decision)) {
        RC_ASSERT((changed->from == state.opinion));
        RC_ASSERT(!(changed->to == changed->from));
      } else {
        RC_ASSERT(!state.exists());
      }
      state = evolve(std::move(state), **decision, spec::meta_at(state.version));
      RC_ASSERT(!state.opinion.rating || (*state.opinion.rating >= 1 && *state.opinion.rating <= 5));
    }
  }));
}

TEST_CASE("random scores and scans survive their codecs") {
  CHECK(rc::check("scores and scans", [](const std::uint32_t seed) {
    prompt::RandomCommands random{seed};
    const auto scored = judge_score::decide({}, feedback::RandomFeedback::scores_command(random), {.latest = 3});
    if (scored) check_event(**scored, judge_score::State{}, judge_score::decode);
    const auto recorded = security_scan::decide({}, feedback::RandomFeedback::scan_command(random));
    if (recorded) check_event(**recorded, security_scan::State{}, security_scan::decode);
  }));
}

TEST_CASE("a score is the decimal that its number was read from") {
  struct Case {
    double number;
    std::int64_t millionths;
    const char* written;
  };
  const Case cases[] = {{0, 0, "0"},
                        {7.5, 7'500'000, "7.5"},
                        {10, 10'000'000, "10"},
                        {0.000001, 1, "0.000001"},
                        {-0.25, -250'000, "-0.25"},
                        {9.99, 9'990'000, "9.99"},
                        {100, 100'000'000, "100"}};
  for (const Case& c : cases) {
    CAPTURE(c.written);
    const auto score = score_of(c.number);
    REQUIRE(score.has_value());
    CHECK(score->millionths == c.millionths);
    CHECK(to_text(*score) == c.written);
  }
  CHECK((parse_score("0.93") == Score{930'000}));
  CHECK_FALSE(parse_score("0.1234567").has_value());
  for (const double number : {0.0000001, 0.1234567, 1e300, -1e16, HUGE_VAL, std::nan("")}) {
    CAPTURE(number);
    CHECK_FALSE(score_of(number).has_value());
  }
  for (std::int64_t millionths = 0; millionths <= 10'000'000; ++millionths) {
    const Score score{millionths};
    if (score_of(to_number(score)) != score) FAIL_CHECK("not kept: ", to_text(score));
  }
}
