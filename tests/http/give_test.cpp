#include <doctest/doctest.h>

#include <future>
#include <memory>
#include <string>

#include "commands/command_side.hpp"
#include "domain/json.hpp"
#include "http/app.hpp"
#include "http/changes/command_token.hpp"
#include "http/reading/json_reader.hpp"
#include "http/resources/handlers.hpp"
#include "infra/crypto/uuid.hpp"
#include "infra/memory/memory_log.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;

// Knows nothing: everything there is is still in the writers' tails.
class EmptyHistory final : public History {
 public:
  Result<HistorySlice, HistoryFault> load(const HistoryQuery&, std::chrono::milliseconds) override { return HistorySlice{}; }
  Result<std::vector<Checkpoint>, HistoryFault> checkpoints(const std::vector<std::string>&, std::chrono::milliseconds) override {
    return std::vector<Checkpoint>{};
  }
};

// The command side on a log in memory, and an App that has what changes need.
class Stage {
 public:
  Stage() : commands_(settings(), log, history_, "test", crypto::new_uuid, [](const log::PartitionId&, const std::string&) {}), cursors_("cursor key") {
    const auto started = commands_.start();
    REQUIRE_MESSAGE(started.has_value(), started.error());
    app.commands = &commands_;
    app.cursors = &cursors_;
    app.key_secret = "idempotency key";
    app.new_id = crypto::new_uuid;
  }

  Request request(std::string method, std::string path, json body = nullptr) const {
    Request made;
    made.method = std::move(method);
    made.path = std::move(path);
    if (!body.is_null()) {
      made.raw_body = body.dump();
      made.json = std::make_shared<const JsonDocument>(std::move(body));
    }
    made.principal = {.actor = "api-key/1", .workspace = "01a1fd47-e707-744c-8efd-e2039d46f9af", .role = Role::editor, .key_id = "pk"};
    made.request_id = "test";
    made.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    return made;
  }
  Request create() const { return request("POST", "/api/v1/prompts", {{"name", "n"}, {"category", "c"}, {"template", "t"}}); }

  memory::MemoryLog log;
  App app;

 private:
  static CommandSideSettings settings() {
    CommandSideSettings made;
    made.foundation.partitions = 1;
    made.command_deadline_ms = std::chrono::milliseconds(200);
    made.answer_grace_ms = std::chrono::milliseconds(200);
    return made;
  }

  EmptyHistory history_;
  CommandSide commands_;
  Cursors cursors_;
};

std::string header(const std::vector<std::pair<std::string, std::string>>& headers, std::string_view name) {
  for (const auto& [known, value] : headers) {
    if (known == name) return value;
  }
  return {};
}

std::string token_in(const Problem& open) {
  const auto location = header(open.headers, "Location");
  constexpr std::string_view kPath = "/api/v1/commands/";
  REQUIRE(location.starts_with(kPath));
  return location.substr(kPath.size());
}

TEST_CASE("a change is answered with its resource, ETag, position and Location") {
  Stage stage;
  const auto answer = create_prompt(stage.create(), stage.app);
  REQUIRE(answer.has_value());
  CHECK(answer->status == 201);
  CHECK(answer->etag == 1);
  const auto id = json::parse(answer->body)["id"].get<std::string>();
  CHECK(header(answer->headers, "Location") == "/api/v1/prompts/" + id);
  CHECK(header(answer->headers, "Ledger-Position").starts_with("1."));
}

TEST_CASE("a change that the log keeps silent about is a 504, whose token tells its fate, key or no key") {
  for (const bool keyed : {false, true}) {
    CAPTURE(keyed);
    Stage stage;
    stage.log.hold();
    auto request = stage.create();
    if (keyed) request.headers.emplace_back("Idempotency-Key", "k");
    const auto answer = create_prompt(request, stage.app);
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().code == Code::deadline_exceeded);
    const auto token = token_in(answer.error());

    auto inquiry = stage.request("GET", "/api/v1/commands/" + token);
    inquiry.parameters = {{"token", token}};
    const auto open = show_command(inquiry, stage.app);
    REQUIRE(open.has_value());
    CHECK(json::parse(open->body)["state"] == "open");
    auto stranger = inquiry;
    stranger.principal.workspace = "01a1fd47-0000-744c-8efd-e2039d46f9af";
    const auto refused = show_command(stranger, stage.app);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == Code::not_found);

    stage.log.release();
    const auto asked = parse_command_token(token, request.principal.workspace, *stage.app.cursors);
    REQUIRE(asked.has_value());
    const Accepted* stored = nullptr;
    ledger::Outcome outcome;
    for (int tries = 0; tries < 50 && stored == nullptr; ++tries) {
      outcome = stage.app.commands->inquire(asked->asked).get();
      stored = std::get_if<Accepted>(&outcome);
    }
    REQUIRE(stored != nullptr);
    CHECK(stored->version == 1);
  }
}

TEST_CASE("without a key nothing is held back: a refusal writes no barrier") {
  Stage stage;
  REQUIRE(create_prompt(stage.create(), stage.app).has_value());
  const auto partition = stage.app.commands->partition_of(LogTopic::prompts, "ws/01a1fd47-e707-744c-8efd-e2039d46f9af");
  const auto before = stage.log.stored(partition).size();
  const auto refused = create_prompt(stage.create(), stage.app);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Code::name_taken);
  CHECK(stage.log.stored(partition).size() == before);
}

TEST_CASE("the same key again is the same command; with another body, path or query it is refused") {
  Stage stage;
  auto first = stage.create();
  first.headers.emplace_back("Idempotency-Key", "k");
  REQUIRE(create_prompt(first, stage.app).has_value());
  auto other = stage.request("POST", "/api/v1/prompts", {{"name", "other"}, {"category", "c"}, {"template", "t"}});
  other.headers.emplace_back("Idempotency-Key", "k");
  const auto refused = create_prompt(other, stage.app);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Code::key_reused);
  // Another workspace has keys of its own.
  other.principal.workspace = "01a1fd47-0000-744c-8efd-e2039d46f9af";
  CHECK(create_prompt(other, stage.app).has_value());
}

TEST_CASE("while the server stops a change is refused with a time to come back") {
  Stage stage;
  stage.app.commands->stop(std::chrono::milliseconds(0));
  const auto refused = create_prompt(stage.create(), stage.app);
  REQUIRE_FALSE(refused.has_value());
  CHECK(kind_of(refused.error().code).status == 503);
  CHECK(header(refused.error().headers, "Retry-After") == "1");
}

}  // namespace
}  // namespace ledger::http
