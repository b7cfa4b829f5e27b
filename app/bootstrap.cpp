#include "app/bootstrap.hpp"

#include <sys/stat.h>

#include <fstream>
#include <iostream>
#include <stdexcept>
#include <thread>

#include "app/signals.hpp"
#include "commands/access/propose.hpp"
#include "http/auth.hpp"
#include "infra/crypto/digest.hpp"
#include "infra/crypto/encoding.hpp"
#include "infra/crypto/random.hpp"
#include "infra/crypto/uuid.hpp"
#include "infra/logging/log.hpp"

namespace ledger::app {
namespace {

constexpr int kTries = 10;

CommandKey fixed_key(const std::string& key_secret, const std::string& what) {
  const auto hash = [&](const std::string& text) { return crypto::to_base64url(crypto::as_text(crypto::hmac_sha256(key_secret, text))); };
  return {hash("bootstrap\n" + what), hash("bootstrap body\n" + what)};
}

Caller founder(const std::string& workspace, CommandKey key) {
  Caller caller;
  caller.workspace = workspace;
  caller.actor = "promptledger";
  caller.role = access::Role::admin;
  caller.correlation_id = "bootstrap";
  caller.reason = "the first start of this ledger";
  caller.key = std::move(key);
  return caller;
}

// Waits for a definite answer; whoever was first, it is Accepted.
Accepted settle(CommandSide& commands, const Proposal& proposal, const std::string& what, const std::stop_token& stop) {
  std::string why = "the log did not answer";
  for (int tries = 0; tries < kTries; ++tries) {
    if (stop.stop_requested()) throw ToldToStop(what + " was not made yet");
    auto outcome = commands.submit(proposal).get();
    if (auto* accepted = std::get_if<Accepted>(&outcome)) return std::move(*accepted);
    if (const auto* rejection = std::get_if<Rejection>(&outcome)) throw std::runtime_error(what + " could not be made: " + rejection->detail);
    if (const auto* not_stored = std::get_if<NotStored>(&outcome)) why = not_stored->detail;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  throw std::runtime_error(what + " could not be made: " + why);
}

}  // namespace

CommandKey home_key(const std::string& key_secret) { return fixed_key(key_secret, "workspace"); }

std::string home_workspace(CommandSide& commands, const std::string& key_secret, const std::stop_token& stop) {
  const auto id = crypto::new_uuid();
  const auto made = workspace::propose(id, {std::string(kHomeWorkspaceName)}, founder(id, home_key(key_secret)));
  const auto accepted = settle(commands, made, "the first workspace", stop);
  return accepted.stream.id;
}

Home found_home(CommandSide& commands, const std::string& key_secret, const std::stop_token& stop) {
  Home home{home_workspace(commands, key_secret, stop), std::nullopt, {}};
  const auto id = crypto::new_uuid();
  const FirstKey key{"pk_" + crypto::to_base64url(crypto::random_bytes(12)), http::new_secret()};
  const api_key::CreateApiKey create{key.public_id,   "first admin key",   crypto::to_hex(crypto::as_text(http::digest_of(key.secret))),
                                     home.workspace,  access::Role::admin, "api-key/" + id};
  const auto made = api_key::propose(id, create, founder(home.workspace, fixed_key(key_secret, "admin key")));
  const auto accepted = settle(commands, made, "the first admin key", stop);
  // Also when it was stored at a try whose outcome was not known: then this answer is a repeated one.
  if (accepted.stream.id == id) home.first_key = key;
  home.founded = accepted.position;
  return home;
}

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

}  // namespace ledger::app
