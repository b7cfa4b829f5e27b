#include "domain/event_codec.hpp"
#include "domain/projection/state_codec.hpp"
#include "domain/state_json.hpp"

namespace ledger::projection {
namespace {

using nlohmann::json;

json parked_to_json(const Parked& parked) {
  json out{{"topic", parked.place.topic},
           {"partition", parked.place.partition},
           {"height", parked.place.height},
           {"stream", parked.stream},
           {"error", parked.error}};
  if (parked.sequence > 0) out["sequence"] = parked.sequence;
  return out;
}

Parked parked_from_json(const json& in) {
  return {.place = {in.at("topic").get<std::string>(), in.at("partition").get<std::int32_t>(), in.at("height").get<std::uint64_t>()},
          .stream = in.at("stream").get<std::string>(),
          .sequence = in.value("sequence", std::uint64_t{0}),
          .error = in.at("error").get<std::string>()};
}

// A member that would say nothing is not written.
void put_throttle(json& out, std::int64_t max_records_per_s) {
  if (max_records_per_s > 0) out["max_records_per_s"] = max_records_per_s;
}

template <class E>
struct Codec;

template <>
struct Codec<Paused> {
  static constexpr std::string_view kType = "projection.paused";
  static constexpr int kVersion = 1;
  static json encode(const Paused&) { return json::object(); }
  static Paused decode(const json&, int) { return {}; }
};

template <>
struct Codec<Resumed> {
  static constexpr std::string_view kType = "projection.resumed";
  static constexpr int kVersion = 1;
  static json encode(const Resumed&) { return json::object(); }
  static Resumed decode(const json&, int) { return {}; }
};

template <>
struct Codec<RebuildRequested> {
  static constexpr std::string_view kType = "projection.rebuild_requested";
  static constexpr int kVersion = 1;
  static json encode(const RebuildRequested& e) {
    json out{{"rebuild", e.rebuild}, {"force", e.force}};
    put_throttle(out, e.max_records_per_s);
    return out;
  }
  static RebuildRequested decode(const json& in, int) {
    return {in.at("rebuild").get<std::string>(), in.at("force").get<bool>(), in.value("max_records_per_s", std::int64_t{0})};
  }
};

template <>
struct Codec<RebuildThrottled> {
  static constexpr std::string_view kType = "projection.rebuild_throttled";
  static constexpr int kVersion = 1;
  static json encode(const RebuildThrottled& e) {
    json out{{"rebuild", e.rebuild}};
    put_throttle(out, e.max_records_per_s);
    return out;
  }
  static RebuildThrottled decode(const json& in, int) {
    return {in.at("rebuild").get<std::string>(), in.value("max_records_per_s", std::int64_t{0})};
  }
};

template <>
struct Codec<RebuildStarted> {
  static constexpr std::string_view kType = "projection.rebuild_started";
  static constexpr int kVersion = 1;
  static json encode(const RebuildStarted& e) { return {{"rebuild", e.rebuild}, {"node", e.node}}; }
  static RebuildStarted decode(const json& in, int) { return {in.at("rebuild").get<std::string>(), in.at("node").get<std::string>()}; }
};

template <>
struct Codec<RebuildCancelled> {
  static constexpr std::string_view kType = "projection.rebuild_cancelled";
  static constexpr int kVersion = 1;
  static json encode(const RebuildCancelled& e) { return {{"rebuild", e.rebuild}}; }
  static RebuildCancelled decode(const json& in, int) { return {in.at("rebuild").get<std::string>()}; }
};

template <>
struct Codec<RebuildEnded> {
  static constexpr std::string_view kType = "projection.rebuild_ended";
  static constexpr int kVersion = 1;
  static json encode(const RebuildEnded& e) {
    json out{{"rebuild", e.rebuild}, {"outcome", to_text(e.outcome)}, {"records", e.records}, {"duration_ms", e.duration_ms}};
    put(out, "detail", e.detail);
    put(out, "different", e.different);
    return out;
  }
  static RebuildEnded decode(const json& in, int) {
    return {.rebuild = in.at("rebuild").get<std::string>(),
            .outcome = choice_from_json(in.at("outcome"), parse_outcome),
            .records = in.at("records").get<std::uint64_t>(),
            .duration_ms = in.at("duration_ms").get<std::int64_t>(),
            .detail = text(in, "detail"),
            .different = texts(in, "different")};
  }
};

template <>
struct Codec<ParkedRetried> {
  static constexpr std::string_view kType = "projection.parked_retried";
  static constexpr int kVersion = 1;
  static json encode(const ParkedRetried& e) { return parked_to_json(e.parked); }
  static ParkedRetried decode(const json& in, int) { return {parked_from_json(in)}; }
};

template <>
struct Codec<ParkedSkipped> {
  static constexpr std::string_view kType = "projection.parked_skipped";
  static constexpr int kVersion = 1;
  static json encode(const ParkedSkipped& e) { return parked_to_json(e.parked); }
  static ParkedSkipped decode(const json& in, int) { return {parked_from_json(in)}; }
};

using Codecs = EventCodec<Codec, Event>;

json deed_to_json(const Deed& deed) {
  json out{{"actor", deed.actor}, {"at", to_rfc3339(deed.at)}};
  put(out, "reason", deed.reason);
  return out;
}

Deed deed_from_json(const json& in) { return {in.at("actor").get<std::string>(), find<std::string>(in, "reason"), time_from_json(in.at("at"))}; }

json rebuild_to_json(const Rebuild& rebuild) {
  json out{{"request", Codec<RebuildRequested>::encode(rebuild.request)}, {"requested", deed_to_json(rebuild.requested)}, {"cancelled", rebuild.cancelled}};
  put(out, "node", rebuild.node);
  put(out, "started_at", rebuild.started_at);
  if (rebuild.ended) out["ended"] = Codec<RebuildEnded>::encode(*rebuild.ended);
  put(out, "ended_at", rebuild.ended_at);
  return out;
}

Rebuild rebuild_from_json(const json& in) {
  Rebuild rebuild{.request = Codec<RebuildRequested>::decode(in.at("request"), 1),
                  .requested = deed_from_json(in.at("requested")),
                  .node = text(in, "node"),
                  .started_at = find_time(in, "started_at"),
                  .cancelled = in.at("cancelled").get<bool>(),
                  .ended_at = find_time(in, "ended_at")};
  if (const auto ended = in.find("ended"); ended != in.end()) rebuild.ended = Codec<RebuildEnded>::decode(*ended, 1);
  return rebuild;
}

}  // namespace

void to_json(json& out, const State& state) {
  json skipped = json::object();
  for (std::size_t n = 0; n < state.skipped.size(); ++n) {
    skipped[std::to_string(n + 1)] = {{"parked", parked_to_json(state.skipped[n].parked)}, {"deed", deed_to_json(state.skipped[n].deed)}};
  }
  out = {{"skipped", std::move(skipped)}, {"tries", state.tries}};
  put_origin(out, state);
  if (state.paused) out["paused"] = deed_to_json(*state.paused);
  if (state.rebuild) out["rebuild"] = rebuild_to_json(*state.rebuild);
}

void from_json(const json& in, State& state) {
  get_origin(in, state);
  if (const auto paused = in.find("paused"); paused != in.end()) state.paused = deed_from_json(*paused);
  if (const auto rebuild = in.find("rebuild"); rebuild != in.end()) state.rebuild = rebuild_from_json(*rebuild);
  in.at("tries").get_to(state.tries);
  const auto& skipped = in.at("skipped");
  for (std::size_t n = 1; n <= skipped.size(); ++n) {
    const auto& one = skipped.at(std::to_string(n));
    state.skipped.push_back({parked_from_json(one.at("parked")), deed_from_json(one.at("deed"))});
  }
}

EncodedEvent encode(const Event& event) { return Codecs::encode(event); }
Result<Event, std::string> decode(std::string_view type, std::string_view data) { return Codecs::decode(type, data); }
std::vector<std::string> event_types() { return Codecs::types(); }
std::vector<std::string> tags_of(const Event&) { return {}; }

}  // namespace ledger::projection
