#include "commands/score/commands.hpp"

#include "commands/score/propose.hpp"
#include "domain/score/limits.hpp"
#include "tests/support/spec.hpp"

using namespace ledger;

namespace {

namespace limits = score::limits;
namespace definition = score_definition;

spec::Given<score::State, score::Event> unscored() { return spec::Given<score::State, score::Event>{{}}; }
spec::Given<definition::State, definition::Event> given(const std::vector<definition::Event>& history) {
  return spec::Given<definition::State, definition::Event>{history};
}

score::GiveScore numeric(Score value) {
  score::GiveScore command;
  command.target_id = "e1";
  command.name = "helpfulness";
  command.value = value;
  return command;
}

const score::GiveContext kExecution{.target_exists = true, .prompt = "p1", .version = 2, .user = "u1", .definition = {}};

score::Given given_score(const std::string& name, score::Type type, score::Value value) {
  return {.target = {score::TargetKind::execution, "e1", "p1", 2}, .name = name, .type = type, .value = std::move(value), .comment = {}, .source = score::Source::api, .user = "u1", .checked_by = {}};
}

definition::State defined(score::Type type, const definition::Rules& rules) {
  return evolve({}, definition::Event{definition::Created{"helpfulness", type, rules}}, spec::meta_at(0));
}

score::GiveContext checked_by(const definition::State& state) {
  auto context = kExecution;
  context.definition = state;
  return context;
}

}  // namespace

TEST_CASE("a score is what its value looks like, or what its type says") {
  auto command = numeric(whole_score(1));
  unscored().when(command, kExecution).then(given_score("helpfulness", score::Type::numeric, whole_score(1)));
  command.value = true;
  unscored().when(command, kExecution).then(given_score("helpfulness", score::Type::boolean, true));
  command.value = "warm";
  unscored().when(command, kExecution).then(given_score("helpfulness", score::Type::categorical, std::string{"warm"}));
  for (const auto type : {score::Type::text, score::Type::correction}) {
    command.type = type;
    unscored().when(command, kExecution).then(given_score("helpfulness", type, PersonalText{"warm", {}}));
  }
}

TEST_CASE("a value of another type than the score's is refused") {
  const std::pair<score::Type, score::Said> cases[] = {{score::Type::numeric, true},          {score::Type::numeric, "1"},  {score::Type::boolean, Score{}},
                                                       {score::Type::categorical, Score{}},   {score::Type::text, false},   {score::Type::correction, Score{}}};
  for (const auto& [type, value] : cases) {
    auto command = numeric({});
    command.type = type;
    command.value = value;
    unscored().when(command, kExecution).then_invalid({"value"});
  }
}

TEST_CASE("a score is of something that is there, by whom and for whom is kept") {
  auto command = numeric(whole_score(1));
  command.source = score::Source::person;
  command.user = "u2";
  command.comment = "Yes.";
  auto want = given_score("helpfulness", score::Type::numeric, whole_score(1));
  want.source = score::Source::person;
  want.user = "u2";
  want.comment = {"Yes.", {}};
  unscored().when(command, kExecution).then(want);
  auto nowhere = kExecution;
  nowhere.target_exists = false;
  unscored().when(command, nowhere).then_invalid({"execution_id"});
  command.target = score::TargetKind::version;
  unscored().when(command, nowhere).then_invalid({"prompt_id"});
  command.target = score::TargetKind::session;
  command.target_id = "";
  unscored().when(command, score::GiveContext{}).then_invalid({"session"});
  command.target_id = std::string(129, 'x');
  unscored().when(command, score::GiveContext{}).then_invalid({"session"});
}

TEST_CASE("a score that names a definition is checked by it, and says by which version") {
  const auto zero_to_one = defined(score::Type::numeric, {.description = "", .lowest = Score{}, .highest = whole_score(1), .categories = {}});
  auto command = numeric(whole_score(1));
  command.name = "";
  command.definition = "d1";
  auto want = given_score("helpfulness", score::Type::numeric, whole_score(1));
  want.checked_by = score::CheckedBy{"d1", 1};
  unscored().when(command, checked_by(zero_to_one)).then(want);
  SUBCASE("out of range") {
    command.value = Score{1'000'001};
    unscored().when(command, checked_by(zero_to_one)).then_invalid({"value"});
    command.value = Score{-1};
    unscored().when(command, checked_by(zero_to_one)).then_invalid({"value"});
  }
  SUBCASE("another name or type") {
    command.name = "other";
    command.type = score::Type::boolean;
    command.value = true;
    unscored().when(command, checked_by(zero_to_one)).then_invalid({"name", "type"});
  }
  SUBCASE("another type by its value alone") {
    command.value = "x";
    unscored().when(command, checked_by(zero_to_one)).then_invalid({"value"});
  }
  SUBCASE("a word that is none of the categories") {
    const auto tone = defined(score::Type::categorical, {.description = "", .lowest = {}, .highest = {}, .categories = {"warm", "cold"}});
    command.value = "tepid";
    unscored().when(command, checked_by(tone)).then_invalid({"value"});
    command.value = "cold";
    auto cold = given_score("helpfulness", score::Type::categorical, std::string{"cold"});
    cold.checked_by = score::CheckedBy{"d1", 1};
    unscored().when(command, checked_by(tone)).then(cold);
  }
  SUBCASE("one that is not there, or was deleted") {
    command.name = "n";
    unscored().when(command, kExecution).then_invalid({"definition_id"});
    auto deleted = zero_to_one;
    deleted.deleted_at = Timestamp{};
    unscored().when(command, checked_by(deleted)).then_rejected(Code::invalid);
  }
}

TEST_CASE("a score that is not as it should be is refused by field") {
  auto command = numeric({limits::kMost.millionths + 1});
  command.name = "Help me";
  command.comment = std::string(10'001, 'x');
  command.user = std::string(129, 'x');
  unscored().when(command, kExecution).then_invalid({"name", "comment", "user", "value"});
  for (const std::string& word : {std::string{}, std::string(129, 'x'), std::string{"\xFF"}}) {
    auto worded = numeric({});
    worded.value = word;
    unscored().when(worded, kExecution).then_rejected(Code::invalid, "value");
  }
  auto text = numeric({});
  text.type = score::Type::text;
  text.value = std::string(limits::kTextBytes + 1, 'x');
  unscored().when(text, kExecution).then_invalid({"value"});
  text.value = std::string{};
  unscored().when(text, kExecution).then_invalid({"value"});
}

TEST_CASE("a score is defined, changed, deleted and restored") {
  const definition::Rules rules{.description = "d", .lowest = Score{}, .highest = whole_score(1), .categories = {}};
  const definition::Created created{"helpfulness", score::Type::numeric, rules};
  given({}).when(definition::CreateDefinition{"helpfulness", score::Type::numeric, rules}).then(created);
  given({created}).when(definition::CreateDefinition{"helpfulness", score::Type::numeric, rules}).then_rejected(Code::already_exists);
  given({created, definition::Deleted{"helpfulness"}}).when(definition::CreateDefinition{"helpfulness", score::Type::text, {}}).then_rejected(Code::already_exists, "restore");
  definition::ChangeDefinition change;
  change.highest = std::optional<Score>();
  auto after = rules;
  after.highest.reset();
  given({created}).when(change).then(definition::Changed{rules, after});
  given({created}).when(definition::ChangeDefinition{}).then_nothing();
  given({}).when(change).then_rejected(Code::not_found);
  given({created}).when(definition::DeleteDefinition{}).then(definition::Deleted{"helpfulness"});
  given({created, definition::Deleted{"helpfulness"}}).when(definition::DeleteDefinition{}).then_rejected(Code::not_found);
  given({created, definition::Deleted{"helpfulness"}}).when(change).then_rejected(Code::not_found);
  given({created, definition::Deleted{"helpfulness"}}).when(definition::RestoreDefinition{}).then(definition::Restored{"helpfulness"});
  given({created}).when(definition::RestoreDefinition{}).then_nothing();
}

TEST_CASE("a definition that is not as it should be is refused by field") {
  using definition::CreateDefinition;
  using definition::Rules;
  given({}).when(CreateDefinition{"No", score::Type::numeric, {}}).then_invalid({"name"});
  given({}).when(CreateDefinition{"n", score::Type::numeric, {.description = std::string(2'001, 'x'), .lowest = whole_score(2), .highest = whole_score(1), .categories = {"a"}}})
      .then_invalid({"description", "max", "categories"});
  given({}).when(CreateDefinition{"n", score::Type::boolean, {.description = "", .lowest = Score{}, .highest = Score{}, .categories = {}}}).then_invalid({"min", "max"});
  given({}).when(CreateDefinition{"n", score::Type::categorical, {}}).then_invalid({"categories"});
  given({}).when(CreateDefinition{"n", score::Type::categorical, {.description = "", .lowest = {}, .highest = {}, .categories = {"a", "", "a"}}}).then_invalid({"categories[1]", "categories[2]"});
  given({}).when(CreateDefinition{"n", score::Type::numeric, {.description = "", .lowest = Score{-limits::kMost.millionths - 1}, .highest = {}, .categories = {}}}).then_invalid({"min"});
}
