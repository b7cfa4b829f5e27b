#include "app/access_key_ring.hpp"

#include <utility>

#include "http/problem.hpp"
#include "infra/crypto/encoding.hpp"
#include "infra/logging/log.hpp"
#include "projections/model.hpp"

namespace ledger::app {
namespace {

constexpr std::size_t kRemembered = 10'000;   // keys, unknown ones included: nobody fills memory by guessing
constexpr std::chrono::milliseconds kListenFor{200};
constexpr std::chrono::milliseconds kBackOff{500};

std::optional<http::Principal> principal_of(const std::optional<projections::ApiKeyEntry>& entry) {
  if (!entry || entry->state.revoked_at) return std::nullopt;
  return http::Principal{entry->state.actor, entry->state.workspace, http::role_of(entry->state.role), entry->state.public_id};
}

}  // namespace

AccessKeyRing::AccessKeyRing(pg::Pool& pool, pg::ConnectionSettings listening)
    : queries_(pool), listening_(std::move(listening)), thread_([this](const std::stop_token& stop) { listen(stop); }) {}

AccessKeyRing::~AccessKeyRing() = default;

std::optional<http::Principal> AccessKeyRing::find(const crypto::Sha256& of_secret) const {
  const std::string digest{crypto::as_text(of_secret)};
  std::uint64_t generation = 0;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(digest); found != known_.end() && is_told_) return found->second;
    generation = generation_;
  }
  try {
    auto principal = principal_of(queries_.key_by_secret(crypto::to_hex(digest)));
    const std::lock_guard lock(mutex_);
    // What was read before somebody said that the model changed is answered once and not kept.
    if (is_told_ && generation == generation_) {
      if (known_.size() >= kRemembered) known_.clear();
      known_.insert_or_assign(digest, principal);
    }
    return principal;
  } catch (const pg::Fault& fault) {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(digest); found != known_.end()) return found->second;
    throw http::Unavailable(std::string("keys cannot be looked up: ") + fault.what());
  }
}

void AccessKeyRing::forget() {
  const std::lock_guard lock(mutex_);
  known_.clear();
  ++generation_;
}

void AccessKeyRing::listen(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      pg::Connection connection(listening_);
      connection.listen(projections::notification_channel("access"));
      auto counts = projections::key_counts(connection);
      forget();
      is_told_ = true;
      while (!stop.stop_requested()) {
        // Most of what the model is told of are prompts that share the topic. Asking also shows when the connection is dead.
        connection.notifications(kListenFor);
        const auto now = projections::key_counts(connection);
        if (now != std::exchange(counts, now)) forget();
      }
    } catch (const std::exception& fault) {
      is_told_ = false;
      logging::warn("the access model cannot be listened to: only keys that are remembered can be used", {{"why", fault.what()}});
      std::this_thread::sleep_for(kBackOff);
    }
  }
}

}  // namespace ledger::app
