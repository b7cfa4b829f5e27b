
#include <algorithm>
#include <map>

#include "domain/json.hpp"
#include "domain/prompt/state.hpp"
#include "domain/replay/stream_kind.hpp"
#include "http/json/event_json.hpp"
#include "http/live/event_stream.hpp"
#include "http/live/history_pulse.hpp"
#include "http/reading/position_token.hpp"
#include "http/reading/query.hpp"
#include "http/resources/handlers.hpp"
#include "infra/postgres/fault.hpp"
#include "projections/history/queries.hpp"

namespace ledger::http {
namespace {

constexpr int kPage = 200;
constexpr std::chrono::milliseconds kAfterFault{1'000};

// Of each, any of those named; of none, all.
struct EventFilter {
  std::vector<std::string> kinds, types, prompts, actors;

  bool matches(const RecordedEvent& event) const {
    const auto is_one_of = [](const std::vector<std::string>& wanted, const std::string& word) { return wanted.empty() || std::ranges::find(wanted, word) != wanted.end(); };
    const bool is_of_prompt = prompts.empty() || (event.stream.kind == prompt::kStreamKind && is_one_of(prompts, event.stream.id));
    return is_of_prompt && is_one_of(kinds, event.stream.kind) && is_one_of(types, event.type) && is_one_of(actors, event.meta.actor);
  }
};

EventFilter read_filter(Query& query) {
  EventFilter filter{query.texts("kind"), query.texts("type"), query.texts("prompt"), query.texts("actor")};
  for (const auto& kind : filter.kinds) {
    if (find_stream_kind(kind) == nullptr) query.refuse("kind", "\"" + kind + "\" is no kind of stream");
  }
  return filter;
}

// Where the reader of a stream is: one place per partition, so that the token is all that is needed to go on from there.
class Place {
 public:
  explicit Place(const std::vector<log::Position>& positions) {
    for (const auto& position : positions) reach(position);
  }
  void reach(const log::Position& position) {
    auto& height = heights_.try_emplace(position.partition, position.height).first->second;
    height = std::max(height, position.height);
  }
  std::vector<log::Position> positions() const {
    std::vector<log::Position> out;
    for (const auto& [partition, height] : heights_) out.push_back({partition, height});
    return out;
  }

 private:
  std::map<log::PartitionId, std::uint64_t> heights_;
};

struct Following {
  std::string workspace;
  EventFilter filter;
  Place place;
};

std::string place_of(const Following& following, const App& app) { return to_position_token(following.place.positions(), app.settings.topic_prefix); }

// Sends what there is behind the place. False when the stream is over.
bool send_page(Following& following, EventStream& stream, const App& app, bool& more) {
  const auto page = app.history->after(following.workspace, following.place.positions(), kPage);
  for (const auto& event : page.events) {
    following.place.reach(event.position);
    if (!following.filter.matches(event.event)) continue;
    if (!stream.send(place_of(following, app), event.event.type, event_json(event, app.settings.topic_prefix, EventData::with).dump())) return false;
  }
  for (const auto& seen : page.seen) following.place.reach(seen);
  more = static_cast<int>(page.events.size()) == kPage;
  return stream.open();
}

void follow(Following& following, EventStream& stream, const App& app) {
  std::optional<std::uint64_t> pulse;
  while (stream.open()) {
    try {
      const auto now = app.pulse->now();
      bool more = pulse != now;
      pulse = now;
      while (more) {
        if (!send_page(following, stream, app, more)) return;
      }
      stream.wait(app.settings.event_poll_ms, place_of(following, app));
    } catch (const pg::Fault&) {
      // The database is away; the place is kept, and the stream goes on when it is back.
      pulse.reset();
      stream.wait(kAfterFault, place_of(following, app));
    }
  }
}

Result<std::vector<log::Position>, Problem> read_place(const std::string& token, std::string_view what, const App& app) {
  if (auto positions = parse_position_token(token, app.settings.topic_prefix)) return *std::move(positions);
  return tl::unexpected(problem(Code::malformed_request, std::string(what) + " must be the id of an earlier event, or a Ledger-Position, as it was."));
}

}  // namespace

// Live from now on, or everything behind a place: Last-Event-ID, which browsers send by themselves, goes before ?from=.
Outcome follow_events(const Request& request, App& app) {
  Query query(request.query);
  EventFilter filter = read_filter(query);
  const auto from = query.text("from");
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());

  auto place = [&]() -> Result<std::vector<log::Position>, Problem> {
    if (const auto last = request.last_event_id()) return read_place(std::string(*last), "Last-Event-ID", app);
    if (!from) return app.history->now();
    if (*from == "beginning") return std::vector<log::Position>{};
    return read_place(*from, "?from", app);
  }();
  if (!place) return tl::unexpected(place.error());
  Following following{request.principal.workspace, std::move(filter), Place(*place)};
  return event_stream(app.settings.heartbeat_ms, [following, &app](EventStream& stream) mutable { follow(following, stream, app); });
}

}  // namespace ledger::http
