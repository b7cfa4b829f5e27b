#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <atomic>

#include "commands/peer.hpp"
#include "domain/result.hpp"
#include "http/changes/command_token.hpp"
#include "http/nodes/forward_stats.hpp"
#include "http/nodes/forwarded_token.hpp"
#include "http/nodes/peers.hpp"
#include "http/reading/cursor.hpp"
#include "http/reply.hpp"
#include "http/request.hpp"
#include "http/route.hpp"
#include "log/record.hpp"

// Commands are given to the node whose partition they are on (protocol step 21). Only a matter of speed: whoever has a command may decide it.
namespace ledger::http {

struct ForwardingSettings {
  std::string node;                    // this one's name
  PeerSettings peers;
  std::chrono::milliseconds answer_timeout_ms{5'000};
  std::size_t at_a_time_max = 128;     // requests under way to other nodes; each holds a thread here and a connection there
};

// Where a request's command is decided best.
struct CommandPlace {
  log::PartitionId partition;
  std::string partition_key;
};

// What came of giving a request to another node.
struct Given {
  std::optional<Outcome> answer = {};              // nothing: it is to be decided here, because it was certainly not taken there, …
  std::optional<CommandToken> perhaps_taken = {};  // … or because deciding it twice does no harm. Then that node may store it all the same
};

// Requests given to other nodes, and taken from them. One hop: what was forwarded is decided where it arrives. Any thread.
class Forwarding {
 public:
  // Longer than this no node waits for another's answer.
  static constexpr std::chrono::milliseconds kAnswerTimeoutMax{60'000};

  Forwarding(ForwardingSettings settings, Cursors seals);

  // Of a request that came in: was it forwarded, as it says? Then it is decided here, by the time and with the key that the other node says. A
  // problem when no node of the ledger has sent it to this one, when it is too late, or when it has come before.
  Result<void, Problem> take(Request& request);

  // Gives the request to the other node. Deciding it twice does no harm when it asks only, or its client sent a key.
  Given give(const Peer& peer, const Request& request, const App& app, const CommandPlace& place);

  // Asks the other node something of itself, in the name of this request's caller. Nothing: it did not answer it in time.
  std::optional<std::string> ask(const Peer& peer, const Request& request, std::string target);

  const ForwardStats& stats() const { return stats_; }

 private:
  using Clock = std::chrono::steady_clock;
  enum class Seen : std::uint8_t { no, before, too_many };

  Seen see(std::string token, Clock::time_point until);
  std::optional<Outcome> relayed(const Peer& peer, PeerAnswer answer);
  void count(Forwarded outcome) { ++stats_.outcomes[static_cast<std::size_t>(outcome)]; }
  void count_time(Clock::time_point asked);

  const ForwardingSettings settings_;
  const Cursors seals_;
  Peers peers_;
  ForwardStats stats_;
  std::atomic<std::size_t> under_way_{0};
  std::mutex mutex_;                   // of the two below: tokens that came, as long as they would be taken
  std::unordered_set<std::string> seen_;
  std::deque<std::pair<Clock::time_point, std::string>> seen_until_;
};

// Answers a request with a command: by the node whose place it is, or by `here`. When our own writer finds that the place has moved, it is given on once.
Outcome answer_at(const std::optional<CommandPlace>& place, const Request& request, App& app, Handler here);

// The places of commands: on the caller's prompts, on keys and workspaces, and of the one that a token names.
std::optional<CommandPlace> place_of_prompts(const Request& request, const App& app);
std::optional<CommandPlace> place_of_access(const Request& request, const App& app);
std::optional<CommandPlace> place_of_token(const Request& request, const App& app);

}  // namespace ledger::http
