#include "app/serving.hpp"

#include <utility>

#include "app/master_keys.hpp"
#include "app/model_seeding.hpp"
#include "app/proof/key_file.hpp"
#include "app/wiring.hpp"
#include "http/route.hpp"
#include "domain/partition_key.hpp"
#include "infra/logging/log.hpp"
#include "infra/postgres/migrations.hpp"

namespace ledger::app {

Serving::Serving(const config::Settings& settings, const std::string& role, metrics::Registry& registry)
    : settings_(settings),
      registry_(registry),
      masters_(read_master_keys(settings.sealing.master_key_file)),
      signing_key_(settings.proof.checkpoint_key_file.empty() ? std::nullopt : std::optional(read_or_make_signing_key(settings.proof.checkpoint_key_file))),
      port_(settings.http.address, settings.http.port),
      node_(serving_node(settings, port_.number())),
      requests_(registry),
      stack_(settings, role, node_) {
  stack_.commands().observe([this](const RecordedEvent& event) {
    replies_.on_counted(event);
    if (event.stream.kind == api_key::kStreamKind) keys_->forget();
  });
}

void Serving::prepare(Stages& stages) {
  stages.start(
      "servers",
      [&] {
        prepare_servers(settings_, stack_.log());
        keys_.emplace(stack_.pool(), connection_settings(settings_, "keys"));
      },
      [] {});
}

void Serving::start(Stages& stages, ModelStates models, const std::stop_token& stop) {
  stages.start("command side", [&] { stack_.start(stop); }, [&] { stack_.stop(); });
  stages.start("answering", [&] { lay_ground(std::move(models), stop); }, [&] { answering_.reset(); });
  stages.start("rebuilds", [&] { rebuilds_.emplace(settings_, stack_, home_.workspace, node_.name); }, [&] { rebuilds_->stop(); });
  if (signing_key_) stages.start("notary", [&] { watch_log(); }, [&] { notary_.reset(); });
  stages.start(
      "http",
      [&] {
        server_.emplace(server_settings(settings_), std::move(port_), http::all_routes(), answering_->app(), *keys_,
                        server_hooks(requests_));
      },
      [&] { server_->stop(); });
  // Others give commands to whoever is a member: so this comes when they are answered, and goes before they are not.
  stages.start("group of writers", [&] { stack_.join(node_); }, [&] { stack_.leave(); });
}

// What there is once in a ledger, whichever process makes it: the secrets, the home workspace, the first key, the models to begin with.
void Serving::lay_ground(ModelStates models, const std::stop_token& stop) {
  const auto secret = [&](const char* name) { return stack_.pool().read([&](pg::Connection& connection) { return pg::secret(connection, name); }); };
  const auto key_secret = secret("idempotency");
  home_ = found_home(stack_.commands(), key_secret, stop);
  if (home_.first_key) tell_first_key(*home_.first_key, settings_.first_key_file);
  const AnsweringSecrets secrets{.command_keys = key_secret, .cursors = secret("cursors"), .subjects = secret("subjects")};
  answering_.emplace(settings_, stack_, std::move(models), registry_, home_, replies_, *keys_, masters_, secrets);
  forwarding_.emplace(forwarding_settings(settings_, node_.name), http::forwarding_seals(key_secret));
  answering_->app().forwarding = &*forwarding_;
  answering_->await_keys(home_.founded, settings_.http.keys_wait_ms);
  answering_->tell_missing_master_keys();
  seed_models(answering_->app(), settings_.http.keys_wait_ms);
}

void Serving::watch_log() {
  auto& commands = stack_.commands();
  NotarySettings settings = notary_settings(settings_);
  settings.ledger = commands.ledger();
  settings.workspace = home_.workspace;
  NotaryPlace place{.log = stack_.reads(), .pool = stack_.pool(), .partitions = {}, .checkpoints = commands.partition_of(LogTopic::prompts, kCheckpointPartitionKey), .signs = {}, .submit = {}};
  commands.each([&](const PartitionLoop& loop) { place.partitions.push_back(loop.partition()); });
  place.signs = [&commands, where = place.checkpoints] { return !commands.elsewhere(where); };
  place.submit = [&commands](Proposal proposal) { return commands.submit(std::move(proposal)).get(); };
  notary_.emplace(std::move(settings), std::move(place), *signing_key_);
  answering_->app().verification = [this] { return notary_->status(); };
}

void Serving::tell(metrics::Scrape& scrape) const {
  if (notary_) tell_verification(scrape, notary_->status());
  tell_http(scrape, server_->load());
  tell_forwarding(scrape, forwarding_->stats());
  tell_cluster(scrape, stack_.commands().cluster());
  tell_guard(scrape, stack_.commands().guard());
  const auto now = std::chrono::system_clock::now();
  stack_.commands().each([&](const PartitionLoop& loop) { tell_partition(scrape, loop.partition(), loop.stats(), loop.inbox_records(), now); });
}

void Serving::tell_ready() const {
  logging::info("ready", {{"address", settings_.http.address},
                          {"port", server_->port()},
                          {"node", node_.name},
                          {"ledger", stack_.commands().ledger()},
                          {"workspace", home_.workspace}});
}

}  // namespace ledger::app
