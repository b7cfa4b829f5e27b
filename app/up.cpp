#include "app/up.hpp"

#include <fstream>
#include <iostream>
#include <optional>
#include <stdexcept>

#include <sys/stat.h>

#include "app/access_key_ring.hpp"
#include "app/bootstrap.hpp"
#include "app/stack.hpp"
#include "app/stages.hpp"
#include "app/telemetry.hpp"
#include "app/version.hpp"
#include "app/wiring.hpp"
#include "http/app.hpp"
#include "http/cursor.hpp"
#include "http/history_pulse.hpp"
#include "http/reply_cache.hpp"
#include "http/route.hpp"
#include "http/server.hpp"
#include "infra/crypto/uuid.hpp"
#include "infra/logging/log.hpp"
#include "infra/metrics/process.hpp"
#include "infra/postgres/migrations.hpp"
#include "projections/access/queries.hpp"
#include "projections/history/queries.hpp"
#include "projections/positions.hpp"
#include "projections/prompt_catalog/queries.hpp"

namespace ledger::app {
namespace {

constexpr std::chrono::milliseconds kHealthPatience{1'000};
constexpr std::chrono::milliseconds kKeysPatience{10'000};
constexpr std::chrono::milliseconds kEventPoll{20};   // how soon an event stream sees what the history has got

// The only copy of a secret goes to a file of the operator's, readable by nobody else, or to his terminal.
void tell_first_key(const FirstKey& key, const std::string& file) {
  if (file.empty()) {
    std::cerr << "first admin key (shown once): " << key.secret << std::endl;
    return;
  }
  const auto mask = umask(S_IRWXG | S_IRWXO);
  std::ofstream out(file, std::ios::trunc);
  umask(mask);
  out << key.secret << '\n';
  if (!out.flush()) throw std::runtime_error("the first admin key cannot be written to " + file);
  logging::info("first admin key written", {{"file", file}, {"public_id", key.public_id}});
}

Result<void, std::string> ask_postgres(pg::Pool& pool) {
  try {
    pool.read(kHealthPatience, [](pg::Connection& connection) { return connection.query("SELECT 1").size(); });
    return {};
  } catch (const pg::Fault& fault) {
    return tl::unexpected<std::string>(fault.what());
  }
}

Result<void, std::string> ask_log(log::Log& log, const CommandSide& commands) {
  const auto ends = log.ends(commands.partition_of(LogTopic::prompts, ""), kHealthPatience);
  if (!ends) return tl::unexpected(ends.error().why);
  return {};
}

// What requests are answered from: the queries over one pool, and what the handlers share.
class Answering {
 public:
  Answering(const config::Settings& settings, WriteStack& stack, const ProjectStack& project, metrics::Registry& registry, const Home& home,
            http::ReplyCache& replies, AccessKeyRing& keys, const std::string& key_secret, const std::string& cursor_secret)
      : prompts_(stack.pool()),
        history_(stack.pool()),
        access_(stack.pool()),
        prompts_reached_(stack.pool(), "prompt_catalog"),
        history_reached_(stack.pool(), "history"),
        access_reached_(stack.pool(), "access"),
        cursors_(cursor_secret),
        pulse_(history_, kEventPoll),
        keys_(keys) {
    app_.commands = &stack.commands();
    app_.prompts = &prompts_;
    app_.history = &history_;
    app_.access = &access_;
    app_.prompts_reached = &prompts_reached_;
    app_.history_reached = &history_reached_;
    app_.access_reached = &access_reached_;
    app_.access_changed = [this] { keys_.forget(); };
    app_.cursors = &cursors_;
    app_.replies = &replies;
    app_.pulse = &pulse_;
    app_.key_secret = key_secret;
    app_.new_id = [] { return crypto::new_uuid(); };
    app_.metrics = [&registry] { return registry.render(); };
    app_.health.log = [&stack] { return ask_log(stack.log(), stack.commands()); };
    app_.health.postgres = [&stack] { return ask_postgres(stack.pool()); };
    app_.health.projections = [&project] { return project.status(); };
    app_.settings.topic_prefix = settings.kafka.topic_prefix;
    app_.settings.min_position_wait_ms = settings.http.min_position_wait_ms;
    app_.settings.event_poll_ms = kEventPoll;
    app_.settings.heartbeat_ms = settings.http.heartbeat_ms;
    app_.settings.home_workspace = home.workspace;
  }

  // Who is ready answers the first key: waits until the read model of keys has it, a bounded time.
  void await_keys(const log::Position& founded) {
    const auto behind = access_reached_.wait_until(std::span{&founded, 1}, std::chrono::steady_clock::now() + kKeysPatience);
    if (!behind.empty()) logging::warn("the read model of keys is still behind: keys are unknown until it has caught up");
    keys_.forget();
  }

  http::App& app() { return app_; }
  const http::KeyRing& keys() const { return keys_; }

 private:
  projections::PromptCatalog prompts_;
  projections::HistoryQueries history_;
  projections::AccessQueries access_;
  projections::ModelPositions prompts_reached_;
  projections::ModelPositions history_reached_;
  projections::ModelPositions access_reached_;
  http::Cursors cursors_;
  http::HistoryPulse pulse_;
  AccessKeyRing& keys_;
  http::App app_;
};

ExitStatus run(const Invocation& call) {
  const auto started = std::chrono::steady_clock::now();
  const config::Settings& settings = call.settings;
  metrics::Registry registry;
  RequestCounts requests(registry);
  http::ReplyCache replies;
  WriteStack stack(settings, "up");
  std::optional<AccessKeyRing> keys;
  stack.commands().observe([&](const RecordedEvent& event) {
    replies.on_counted(event);
    if (event.stream.kind == api_key::kStreamKind) keys->forget();
  });
  std::optional<ProjectStack> project;
  std::optional<Answering> answering;
  std::optional<http::Server> server;
  Home home;

  // From here on: started in this order, stopped in the opposite one.
  Stages stages;
  stages.start(
      "servers",
      [&] {
        prepare_servers(settings, stack.log());
        keys.emplace(stack.pool(), connection_settings(settings, "keys"));
      },
      [] {});
  stages.start("projections", [&] { project.emplace(settings, stack.log()); }, [&] { project->stop(); });
  stages.start("command side", [&] { stack.start(); }, [&] { stack.stop(); });
  stages.start(
      "answering",
      [&] {
        const auto secret = [&](const char* name) { return stack.pool().read([&](pg::Connection& connection) { return pg::secret(connection, name); }); };
        const auto key_secret = secret("idempotency");
        home = found_home(stack.commands(), key_secret);
        if (home.first_key) tell_first_key(*home.first_key, settings.first_key_file);
        answering.emplace(settings, stack, *project, registry, home, replies, *keys, key_secret, secret("cursors"));
        answering->await_keys(home.founded);
      },
      [&] { answering.reset(); });
  stages.start(
      "http",
      [&] {
        server.emplace(server_settings(settings), http::all_routes(), answering->app(), answering->keys(),
                       http::Hooks{.observer = &requests,
                                   .access_log = log_access,
                                   .fault_log = [](std::string_view request_id, std::string_view what) {
                                     logging::error("request failed", {{"request_id", request_id}, {"what", what}});
                                   }});
      },
      [&] { server->stop(); });

  const auto subscription = registry.subscribe([&](metrics::Scrape& scrape) {
    metrics::tell_process(scrape, kVersion, started);
    tell_http(scrape, server->load());
    const auto now = std::chrono::system_clock::now();
    stack.commands().each([&](const PartitionLoop& loop) { tell_partition(scrape, loop.partition(), loop.stats(), loop.inbox_records(), now); });
    for (const auto& status : project->status()) tell_projection(scrape, status);
  });

  logging::info("ready", {{"address", settings.http.address}, {"port", server->port()}, {"ledger", stack.commands().ledger()}, {"workspace", home.workspace}});
  call.signals.wait();
  return ExitStatus::done;
}

}  // namespace

Subcommand up() {
  using config::Section;
  return {.name = "up",
          .summary = "Serve: the command side, the projections and HTTP in one process",
          .settings = {Section::kafka, Section::postgres, Section::http, Section::commands, Section::projections, Section::log},
          .arguments = {},
          .run = run};
}

}  // namespace ledger::app
