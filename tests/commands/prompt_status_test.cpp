#include "commands/prompt/decide.hpp"
#include "commands/prompt/settings.hpp"
#include "domain/prompt/codec.hpp"
#include "tests/support/prompt_examples.hpp"
#include "tests/support/spec.hpp"

using namespace ledger;
using namespace ledger::prompt;
using examples::created;
using examples::version_added;

namespace {

spec::Given<State, Event> given(const std::vector<Event>& history) { return spec::Given<State, Event>{history}; }
spec::Given<settings::State, settings::Event> given_settings(const std::vector<settings::Event>& history) {
  return spec::Given<settings::State, settings::Event>{history};
}

const Event kDeleted = Deleted{{"demo", "greeting"}};
const NoContext kNone;

}  // namespace

TEST_CASE("the lifecycle has these moves and no others") {
  using S = Status;
  // How each status is reached, and where it may go.
  struct Case {
    Status from;
    std::vector<Event> history;
    std::vector<Status> allowed;
  };
  const Event publish = LifecycleMoved{S::draft, S::published};
  const Case cases[] = {
      {S::draft, {created()}, {S::published, S::archived}},
      {S::published, {created(), publish}, {S::deprecated, S::archived}},
      {S::deprecated, {created(), publish, LifecycleMoved{S::published, S::deprecated}}, {S::published, S::archived}},
      {S::archived, {created(), LifecycleMoved{S::draft, S::archived}}, {S::deprecated}},
  };
  for (const auto& c : cases) {
    for (const Status to : {S::draft, S::published, S::deprecated, S::archived}) {
      CAPTURE(to_text(c.from));
      CAPTURE(to_text(to));
      const auto moved = given(c.history).when(MoveLifecycle{to}, kNone);
      if (to == c.from) {
        moved.then_nothing();
      } else if (std::find(c.allowed.begin(), c.allowed.end(), to) != c.allowed.end()) {
        moved.then(LifecycleMoved{c.from, to});
      } else {
        moved.then_rejected(Code::wrong_state, "the prompt is " + std::string{to_text(c.from)});
      }
    }
  }
}

TEST_CASE("a refused move says what is possible") {
  given({created()})
      .when(MoveLifecycle{Status::deprecated}, kNone)
      .then_rejected(Code::wrong_state,
                     "from there it may become published or archived, not deprecated (present version 1)");
  given({}).when(MoveLifecycle{Status::published}, kNone).then_rejected(Code::not_found);
  given({created(), kDeleted}).when(MoveLifecycle{Status::published}, kNone).then_rejected(Code::not_found);
}

TEST_CASE("moving a label") {
  const LabelContext editor{.labels = {.role = access::Role::editor, .protected_labels = {"production"}}};
  const LabelContext publisher{.labels = {.role = access::Role::publisher, .protected_labels = {"production"}}};
  const std::vector<Event> two{created(), version_added(2, "Hi")};
  const Event staged = LabelMoved{"staging", {}, 1};
  SUBCASE("sets it") { given(two).when(MoveLabel{"staging", 1}, editor).then(staged); }
  SUBCASE("says where it was") {
    given({created(), version_added(2, "Hi"), staged})
        .when(MoveLabel{"staging", 2}, editor)
        .then(LabelMoved{"staging", 1, 2});
  }
  SUBCASE("to where it is is nothing") {
    given({created(), staged}).when(MoveLabel{"staging", 1}, editor).then_nothing();
  }
  SUBCASE("to a version that is not there, or that is no label") {
    given(two).when(MoveLabel{"staging", 3}, editor).then_invalid({"version"});
    for (const char* label : {"", "Staging", "a b", "é", "latest", "a/b", "0123456789012345678901234567890123456"}) {
      CAPTURE(label);
      given(two).when(MoveLabel{label, 1}, editor).then_invalid({"label"});
      given(two).when(RemoveLabel{label}, editor).then_invalid({"label"});
      given_settings({}).when(settings::ProtectLabel{label, true}).then_invalid({"label"});
    }
    given(two)
        .when(MoveLabel{"012345678901234567890123456789_.-abc", 1}, editor)
        .then(LabelMoved{"012345678901234567890123456789_.-abc", {}, 1});
  }
  SUBCASE("that is protected is the publishers' right") {
    given(two).when(MoveLabel{"production", 1}, editor).then_rejected(Code::forbidden, "only publishers");
    given(two).when(MoveLabel{"production", 1}, publisher).then(LabelMoved{"production", {}, 1});
    const Event released = LabelMoved{"production", {}, 1};
    given({created(), released}).when(RemoveLabel{"production"}, editor).then_rejected(Code::forbidden);
    given({created(), released}).when(RemoveLabel{"production"}, publisher).then(LabelRemoved{"production", 1});
  }
  SUBCASE("away removes it") {
    given({created(), staged}).when(RemoveLabel{"staging"}, editor).then(LabelRemoved{"staging", 1});
    given({created()}).when(RemoveLabel{"staging"}, editor).then_rejected(Code::not_found, "no label");
    given({created(), staged, LabelRemoved{"staging", 1}})
        .when(RemoveLabel{"staging"}, editor)
        .then_rejected(Code::not_found);
  }
  SUBCASE("beyond a hundred") {
    std::vector<Event> many{created()};
    for (int i = 0; i < 100; ++i) many.push_back(LabelMoved{"l" + std::to_string(i), {}, 1});
    given(many).when(MoveLabel{"one-more", 1}, editor).then_invalid({"label"});
    given(many).when(MoveLabel{"l7", 1}, editor).then_nothing();
  }
  SUBCASE("of an unknown or deleted prompt") {
    given({}).when(MoveLabel{"staging", 1}, editor).then_rejected(Code::not_found);
    given({created(), kDeleted}).when(MoveLabel{"staging", 1}, editor).then_rejected(Code::not_found);
    given({created(), kDeleted}).when(RemoveLabel{"staging"}, editor).then_rejected(Code::not_found);
  }
}

TEST_CASE("protecting a label") {
  using settings::LabelProtected;
  using settings::LabelUnprotected;
  using settings::ProtectLabel;
  given_settings({}).when(ProtectLabel{"production", true}).then(LabelProtected{"production"});
  given_settings({}).when(ProtectLabel{"production", false}).then_nothing();
  given_settings({LabelProtected{"production"}}).when(ProtectLabel{"production", true}).then_nothing();
  given_settings({LabelProtected{"production"}})
      .when(ProtectLabel{"production", false})
      .then(LabelUnprotected{"production"});
  given_settings({LabelProtected{"production"}, LabelUnprotected{"production"}})
      .when(ProtectLabel{"production", true})
      .then(LabelProtected{"production"});
}

TEST_CASE("deleting and restoring") {
  const RestoreContext free;
  SUBCASE("a prompt gives its name up and takes it again") {
    given({created()}).when(DeletePrompt{}, kNone).then(kDeleted);
    given({created(), kDeleted}).when(RestorePrompt{}, free).then(Restored{{"demo", "greeting"}});
  }
  SUBCASE("what is not deleted needs no restoring") {
    given({created()}).when(RestorePrompt{}, free).then_nothing();
    CHECK_FALSE(wanted_name(given({created()}).state, RestorePrompt{}).has_value());
  }
  SUBCASE("what is deleted cannot be deleted") {
    given({created(), kDeleted}).when(DeletePrompt{}, kNone).then_rejected(Code::not_found, "deleted");
    given({}).when(DeletePrompt{}, kNone).then_rejected(Code::not_found);
    given({}).when(RestorePrompt{}, free).then_rejected(Code::not_found);
  }
  SUBCASE("a name that another took meanwhile is not given back") {
    const auto deleted = given({created(), kDeleted});
    CHECK((wanted_name(deleted.state, RestorePrompt{}) == Name{"demo", "greeting"}));
    deleted.when(RestorePrompt{}, RestoreContext{"other-id"}).then_rejected(Code::name_taken, "other-id");
  }
}

TEST_CASE("the expected version is checked once for all commands") {
  CHECK_FALSE(check_expected(3, std::nullopt).has_value());
  CHECK_FALSE(check_expected(3, 3).has_value());
  const auto stale = check_expected(3, 2);
  REQUIRE(stale.has_value());
  CHECK((stale->code == Code::stale_version));
  CHECK(stale->detail.find("the present version is 3") != std::string::npos);
}

TEST_CASE("every command has an actor, and a reason of at most 2,000 characters") {
  Meta meta = spec::meta_at(0);
  CHECK_FALSE(check_meta(meta).has_value());
  meta.reason = std::string(2'000, 'x');
  CHECK_FALSE(check_meta(meta).has_value());
  meta.reason = std::string(2'001, 'x');
  meta.actor = "";
  const auto refused = check_meta(meta);
  REQUIRE(refused.has_value());
  CHECK((refused->code == Code::invalid));
  CHECK(refused->errors.size() == 2);
}
