#include "app/rebuilds.hpp"

#include <chrono>
#include <functional>
#include <stdexcept>
#include <utility>
#include <variant>

#include "app/definite.hpp"
#include "app/flights.hpp"
#include "app/projections.hpp"
#include "app/wiring.hpp"
#include "commands/projection/propose.hpp"
#include "infra/logging/log.hpp"
#include "infra/postgres/fault.hpp"
#include "projections/rebuild.hpp"

namespace ledger::app {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::chrono::seconds kLookEvery{1};   // for another throttle, or an end
constexpr std::chrono::seconds kTellWithin{5};  // tries to tell the log that go on until then

const pg::Statement kClaim{"session.claim_rebuild", "SELECT pg_try_advisory_lock(hashtextextended('claim:' || $1, 0))"};

Caller teller(const std::string& workspace, const std::string& rebuild) {
  Caller caller;
  caller.workspace = workspace;
  caller.actor = "promptledger";
  caller.role = access::Role::admin;
  caller.correlation_id = "rebuild/" + rebuild;
  return caller;
}

}  // namespace

RebuildClaim::RebuildClaim(const config::Settings& settings) : connection_(connection_settings(settings, "rebuild claim")) {}

std::unique_ptr<RebuildClaim> RebuildClaim::take(const config::Settings& settings, const std::string& projection) {
  std::unique_ptr<RebuildClaim> claim(new RebuildClaim(settings));
  return claim->connection_.run(kClaim, pg::Params{projection})[0].flag(0) ? std::move(claim) : nullptr;
}

// One rebuild, from when it is begun. What operators ask meanwhile is looked up between two batches.
class Rebuilds::Attempt {
 public:
  Attempt(Rebuilds& rebuilds, std::string projection, const projection::Rebuild& rebuild, const std::stop_token& stop)
      : rebuilds_(rebuilds), projection_(std::move(projection)), rebuild_(rebuild), stop_(stop), told_to_stop_(stop, [this] { ending_.request_stop(); }) {}

  std::optional<projection::RebuildEnded> run() {
    const auto begun = Steady::now();
    auto ended = build();
    if (ended.outcome != projection::Outcome::swapped && stop_.stop_requested()) return std::nullopt;
    ended.rebuild = rebuild_.request.rebuild;
    ended.records = records_;
    ended.duration_ms = std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - begun).count();
    return ended;
  }

 private:
  projection::RebuildEnded build() {
    using enum projection::Outcome;
    if (rebuild_.cancelled) return {.outcome = cancelled};
    try {
      const auto& settings = rebuilds_.settings_;
      const Projections projections(settings, "rebuild");
      auto place = rebuild_place(settings, rebuilds_.stack_.log());
      place.stop = ending_.get_token();
      place.max_records_per_s = [this] { return look(), rebuild_.request.max_records_per_s; };
      place.on_progress = [this](const projections::Progress& progress) { records_ = progress.records; };
      projections::rebuild(place, projections.named(projection_), rebuild_.request.force);
      return {.outcome = swapped};
    } catch (const projections::RebuildRefused& why) {
      if (rebuild_.cancelled) return {.outcome = cancelled};
      return {.outcome = refused, .detail = why.what(), .different = why.different()};
    } catch (const std::exception& why) {
      return {.outcome = failed, .detail = why.what()};
    }
  }

  // At most once a second. The database away changes nothing: the build notices by itself.
  void look() {
    if (Steady::now() - looked_ < kLookEvery) return;
    looked_ = Steady::now();
    try {
      const auto state = rebuilds_.operations_.of(projection_);
      const auto* open = state.open_rebuild();
      if (open && open->request.rebuild == rebuild_.request.rebuild) rebuild_ = *open;
    } catch (const pg::Fault& fault) {
      logging::warn("what is asked of a rebuild cannot be looked up", {{"projection", projection_}, {"why", fault.what()}});
    }
    if (rebuild_.cancelled) ending_.request_stop();
  }

  Rebuilds& rebuilds_;
  const std::string projection_;
  projection::Rebuild rebuild_;
  const std::stop_token stop_;
  std::stop_source ending_;
  std::stop_callback<std::function<void()>> told_to_stop_;
  std::uint64_t records_ = 0;
  Steady::time_point looked_ = Steady::now();
};

Rebuilds::Rebuilds(const config::Settings& settings, WriteStack& stack, std::string workspace, std::string node)
    : settings_(settings), stack_(stack), workspace_(std::move(workspace)), node_(std::move(node)), operations_(stack.pool()) {}

std::optional<projection::RebuildEnded> Rebuilds::carry_out(const RebuildClaim&, const std::string& projection, const projection::Rebuild& rebuild,
                                                            const std::stop_token& stop) {
  const auto caller = teller(workspace_, rebuild.request.rebuild);
  tell(projection::propose(projection, projection::StartRebuild{rebuild.request.rebuild, node_}, caller));
  logging::info("rebuild begun", {{"projection", projection}, {"rebuild", rebuild.request.rebuild}});
  const auto ended = Attempt(*this, projection, rebuild, stop).run();
  if (!ended) return std::nullopt;
  const auto level = ended->outcome == projection::Outcome::swapped ? logging::Level::info : logging::Level::warn;
  logging::log(level, "rebuild ended", {{"projection", projection}, {"rebuild", ended->rebuild}, {"outcome", to_text(ended->outcome)}, {"why", ended->detail}});
  tell(projection::propose(projection, projection::EndRebuild{*ended}, caller));
  return ended;
}

// Twice is as good as once: a beginning or an end that was told already is no second event.
void Rebuilds::tell(const Proposal& proposal) {
  auto& commands = stack_.commands();
  const auto outcome = definite_outcome(commands, commands.submit(proposal), [&] { return proposal; }, Steady::now() + kTellWithin);
  if (std::holds_alternative<Accepted>(outcome)) return;
  if (const auto* rejection = std::get_if<Rejection>(&outcome)) throw std::runtime_error(sentence_of(*rejection));
  const auto* not_stored = std::get_if<NotStored>(&outcome);
  throw std::runtime_error("what became of a rebuild could not be told: " + (not_stored ? not_stored->detail : "the log did not answer"));
}

}  // namespace ledger::app
