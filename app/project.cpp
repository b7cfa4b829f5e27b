#include "app/project.hpp"

#include <optional>
#include <sstream>
#include <stdexcept>

#include "app/access_key_ring.hpp"
#include "app/health_sources.hpp"
#include "app/projecting.hpp"
#include "app/stack.hpp"
#include "app/stages.hpp"
#include "app/telemetry.hpp"
#include "app/version.hpp"
#include "app/wiring.hpp"
#include "http/app.hpp"
#include "http/server/server.hpp"
#include "infra/logging/log.hpp"
#include "infra/metrics/process.hpp"

namespace ledger::app {
namespace {

std::vector<std::string> divided(const std::string& names) {
  std::vector<std::string> parts;
  std::istringstream in(names);
  for (std::string part; std::getline(in, part, ',');) parts.push_back(part);
  return parts;
}

ExitStatus run(const Invocation& call) {
  const auto started = std::chrono::steady_clock::now();
  const config::Settings& settings = call.settings;
  const auto only = divided(call.arguments.text("only"));

  metrics::Registry registry;
  RequestCounts requests(registry);
  http::TakenPort port(settings.http.address, settings.http.port);
  const Node node = serving_node(settings, port.number());
  kafka::KafkaLog log(kafka_settings(settings, "project"));
  shared_reads::SharedReads reads(log, shared_reads_settings(settings));
  pg::Pool pool(pool_settings(settings, "project"));
  http::App app;
  std::optional<AccessKeyRing> keys;
  std::optional<Projecting> projecting;
  std::optional<http::Server> server;

  // From here on: started in this order, stopped in the opposite one.
  Stages stages;
  stages.start(
      "servers",
      [&] {
        prepare_servers(settings, log);
        if (const auto guarded = guard_topics(log, foundation_settings(settings)); !guarded) throw std::runtime_error(guarded.error());
        keys.emplace(pool, connection_settings(settings, "keys"));
      },
      [] {});
  stages.start("projections", [&] { projecting.emplace(settings, node, reads, only); }, [&] { projecting->stop(); });
  stages.start(
      "http",
      [&] {
        app.health = health_sources(log, settings.kafka.topic_prefix, pool, [&] { return projecting->status(); });
        app.metrics = [&] { return registry.render(); };
        server.emplace(server_settings(settings), std::move(port), http::operation_routes(), app, *keys, server_hooks(requests));
      },
      [&] { server->stop(); });

  const auto subscription = registry.subscribe([&](metrics::Scrape& scrape) {
    metrics::tell_process(scrape, kVersion, started);
    tell_http(scrape, server->load());
    projecting->tell(scrape);
  });
  logging::info("ready", {{"address", settings.http.address}, {"port", server->port()}, {"node", node.name}});
  call.signals.wait();
  return ExitStatus::done;
}

}  // namespace

Subcommand project() {
  using config::Section;
  return {.name = "project",
          .summary = "Keep the read models up, one of several processes: the projections, with health and metrics over HTTP",
          .settings = {Section::kafka, Section::postgres, Section::node, Section::http, Section::commands, Section::projections, Section::log},
          .arguments = {{.kind = Argument::Kind::option,
                         .name = "only",
                         .value_name = "NAME[,NAME]",
                         .help = "these projections and no others; without it all",
                         .usual = ""}},
          .run = run};
}

}  // namespace ledger::app
