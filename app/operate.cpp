#include "app/operate.hpp"

#include <algorithm>
#include <iomanip>
#include <optional>
#include <ostream>
#include <stdexcept>

#include "app/bootstrap.hpp"
#include "app/flights.hpp"
#include "app/node.hpp"
#include "app/rebuilds.hpp"
#include "app/stack.hpp"
#include "app/wiring.hpp"
#include "commands/projection/propose.hpp"
#include "domain/json.hpp"
#include "http/json/projection_json.hpp"
#include "http/reading/position_token.hpp"
#include "infra/crypto/uuid.hpp"
#include "infra/postgres/migrations.hpp"
#include "projections/checkpoints.hpp"
#include "projections/operations/queries.hpp"
#include "projections/registry.hpp"

namespace ledger::app {
namespace {

constexpr long kGreatestRate = 1'000'000'000;
constexpr int kPage = 500;

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const auto& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

std::string named(const Invocation& call) {
  const auto& name = call.arguments.text("name");
  const auto names = projections::projection_names();
  if (std::ranges::find(names, name) != names.end()) return name;
  throw std::runtime_error((name.empty() ? std::string("which projection?") : "there is no projection " + name) + " There are: " + joined(names));
}

// Records of the log behind the checkpoint; nothing when there is no such model.
std::optional<std::int64_t> lag_of(pg::Connection& connection, log::Log& log, const Invocation& call, const std::string& name) {
  if (connection.query("SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = 'checkpoint'", pg::Params{name}).empty()) return std::nullopt;
  std::int64_t lag = 0;
  for (const auto& [partition, anchor] : projections::load_checkpoints(connection, name)) {
    const auto ends = log.ends(partition, call.settings.commands.log_timeout_ms);
    if (!ends) throw std::runtime_error(ends.error().why);
    lag += std::max<std::int64_t>(0, ends->end - anchor.next_offset);
  }
  return lag;
}

std::string rebuild_in_words(const projection::State& state) {
  if (!state.rebuild) return "-";
  return http::projection_json("", state)["rebuild"]["status"].get<std::string>() + ", asked for " + to_rfc3339(state.rebuild->requested.at);
}

ExitStatus list(const Invocation& call) {
  pg::Pool pool(pool_settings(call.settings, "projections"));
  kafka::KafkaLog log(kafka_settings(call.settings, "projections"));
  projections::OperationQueries operations(pool);
  auto states = operations.all();
  call.out << std::left << std::setw(16) << "projection" << std::setw(9) << "state" << std::setw(12) << "lag" << std::setw(10) << "parked" << "last rebuild\n";
  for (const auto& name : projections::projection_names()) {
    const auto lag = pool.read([&](pg::Connection& connection) { return lag_of(connection, log, call, name); });
    const auto& state = states[name];
    call.out << std::setw(16) << name << std::setw(9) << (!lag ? "missing" : state.paused ? "paused" : "live") << std::setw(12) << (lag ? std::to_string(*lag) : "-")
             << std::setw(10) << operations.parked(name, std::nullopt, kPage).size() << rebuild_in_words(state) << '\n';
  }
  return ExitStatus::done;
}

ExitStatus show(const Invocation& call) {
  const auto name = named(call);
  pg::Pool pool(pool_settings(call.settings, "projections"));
  projections::OperationQueries operations(pool);
  auto out = http::projection_json(name, operations.of(name));
  out["differences"] = nlohmann::json::array();
  for (const auto& difference : operations.differences(name)) out["differences"].push_back(http::difference_json(difference));
  if (const auto building = operations.building(name)) out["building"] = {{"records", building->records}, {"of", building->of}};
  call.out << out.dump(2) << '\n';
  return ExitStatus::done;
}

ExitStatus parked(const Invocation& call) {
  const auto name = named(call);
  pg::Pool pool(pool_settings(call.settings, "projections"));
  projections::OperationQueries operations(pool);
  std::optional<log::Position> after;
  for (;;) {
    const auto page = operations.parked(name, after, kPage);
    for (const auto& stream : page) call.out << http::parked_json(stream, call.settings.kafka.topic_prefix).dump() << '\n';
    if (page.size() < kPage) return ExitStatus::done;
    after = page.back().front.position;
  }
}

// A command side for one change, beside those that run.
class Desk {
 public:
  explicit Desk(const Invocation& call) : call_(call), node_(passing_node("projections")), stack_(call.settings, "projections", node_) {
    prepare_servers(call.settings, stack_.log());
    stack_.start(call.signals.token());
    const auto secret = stack_.pool().read([](pg::Connection& connection) { return pg::secret(connection, "idempotency"); });
    caller_.workspace = home_workspace(stack_.commands(), secret, call.signals.token());
    caller_.actor = call.arguments.text("actor");
    caller_.role = access::Role::admin;
    caller_.correlation_id = "terminal/" + crypto::new_uuid();
    if (const auto& reason = call.arguments.text("reason"); !reason.empty()) caller_.reason = reason;
  }
  ~Desk() { stack_.stop(); }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  // The projection's state when it was stored. Throws with what was refused.
  projection::State give(const Proposal& proposal) {
    const auto outcome = stack_.commands().submit(proposal).get();
    if (const auto* accepted = std::get_if<Accepted>(&outcome)) return *static_cast<const projection::State*>(accepted->state.get());
    if (const auto* rejection = std::get_if<Rejection>(&outcome)) throw std::runtime_error(sentence_of(*rejection));
    if (const auto* not_stored = std::get_if<NotStored>(&outcome)) throw std::runtime_error("nothing was changed: " + not_stored->detail);
    throw std::runtime_error("it is not known whether that was stored: look at `promptledger projections show`");
  }

  const Caller& caller() const { return caller_; }
  WriteStack& stack() { return stack_; }
  const Node& node() const { return node_; }

 private:
  const Invocation& call_;
  const Node node_;
  WriteStack stack_;
  Caller caller_;
};

template <class Command>
ExitStatus ask(const Invocation& call, Command command, std::string_view done) {
  const auto name = named(call);
  Desk desk(call);
  desk.give(projection::propose(name, std::move(command), desk.caller()));
  call.out << name << ": " << done << ". Whoever keeps it up heeds that within a second\n";
  return ExitStatus::done;
}

template <class Command>
ExitStatus ask_of_parked(const Invocation& call, Command command, const log::Position& place, std::string_view done) {
  const auto name = named(call);
  Desk desk(call);
  projections::OperationQueries operations(desk.stack().pool());
  projection::ParkedContext context{operations.parked_at(name, place)};
  desk.give(projection::propose(name, std::move(command), std::move(context), desk.caller()));
  call.out << name << ": " << done << ". Whoever keeps it up heeds that within a second\n";
  return ExitStatus::done;
}

log::Position place_of(const Invocation& call) {
  const auto positions = http::parse_position_token(call.arguments.text("parked"), call.settings.kafka.topic_prefix);
  if (!positions || positions->size() != 1) throw std::runtime_error("which parked stream? `promptledger projections parked NAME` gives their ids");
  return positions->front();
}

ExitStatus rebuild(const Invocation& call) {
  const auto name = named(call);
  const auto claim = RebuildClaim::take(call.settings, name);
  if (!claim) throw std::runtime_error("another process is rebuilding " + name);
  Desk desk(call);
  Rebuilds rebuilds(call.settings, desk.stack(), desk.caller().workspace, desk.node().name);
  const projection::RequestRebuild request{
      .rebuild = crypto::new_uuid(), .force = call.arguments.flag("force"), .max_records_per_s = call.arguments.number("max-records-per-s")};
  const auto state = desk.give(projection::propose(name, request, desk.caller()));
  const auto ended = rebuilds.carry_out(*claim, name, *state.open_rebuild(), call.signals.token());
  if (!ended) {
    call.out << name << ": stopped; a server that runs begins the rebuild again, or `promptledger projections cancel " << name << "` ends it\n";
    return ExitStatus::failed;
  }
  call.out << name << ": " << to_text(ended->outcome) << " after " << ended->records << " records in " << ended->duration_ms << " ms"
           << (ended->detail.empty() ? "" : "; " + ended->detail) << '\n';
  return ended->outcome == projection::Outcome::swapped ? ExitStatus::done : ExitStatus::failed;
}

ExitStatus run(const Invocation& call) {
  const auto& action = call.arguments.text("action");
  if (action == "list") return list(call);
  if (action == "show") return show(call);
  if (action == "parked") return parked(call);
  if (action == "pause") return ask(call, projection::Pause{named(call)}, "paused");
  if (action == "resume") return ask(call, projection::Resume{}, "resumed");
  if (action == "rebuild") return rebuild(call);
  if (action == "throttle") return ask(call, projection::ThrottleRebuild{call.arguments.number("max-records-per-s")}, "the rebuild has another speed");
  if (action == "cancel") return ask(call, projection::CancelRebuild{}, "the rebuild is cancelled");
  const auto place = place_of(call);
  if (action == "retry") return ask_of_parked(call, projection::RetryParked{}, place, "to be tried again");
  const projection::SkipParked skip{.place = {place.partition.topic, place.partition.number, place.height}, .says_why = !call.arguments.text("reason").empty()};
  return ask_of_parked(call, skip, place, "left out");
}

}  // namespace

Subcommand projections_operation() {
  using config::Section;
  using Kind = Argument::Kind;
  return {.name = "projections",
          .summary = "Look at the projections; pause, resume and rebuild them; retry or skip what they have parked",
          .settings = {Section::kafka, Section::postgres, Section::node, Section::commands, Section::log},
          .arguments = {{.kind = Kind::positional,
                         .name = "action",
                         .value_name = "ACTION",
                         .help = "list, show, parked; pause, resume, rebuild, throttle, cancel; retry, skip",
                         .usual = "list",
                         .choices = {"list", "show", "parked", "pause", "resume", "rebuild", "throttle", "cancel", "retry", "skip"}},
                        {.kind = Kind::positional, .name = "name", .value_name = "NAME", .help = "which projection; `list` shows them", .usual = ""},
                        {.kind = Kind::positional, .name = "parked", .value_name = "ID", .help = "of a parked stream, to retry or skip", .usual = ""},
                        {.name = "reason", .value_name = "TEXT", .help = "why; kept in the event", .usual = ""},
                        {.name = "actor", .value_name = "NAME", .help = "who; kept in the event", .usual = "terminal"},
                        {.name = "max-records-per-s",
                         .value_name = "N",
                         .help = "of a rebuild; 0 is as quickly as it goes",
                         .usual = "0",
                         .range = Argument::Range{0, kGreatestRate}},
                        {.kind = Kind::flag, .name = "force", .help = "swap the rebuilt model in even when it differs"}},
          .run = run};
}

}  // namespace ledger::app
