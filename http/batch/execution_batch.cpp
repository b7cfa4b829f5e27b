#include "http/batch/execution_batch.hpp"

#include <algorithm>
#include <utility>

#include "commands/command_side.hpp"
#include "commands/execution/propose.hpp"
#include "http/changes/execution_place.hpp"
#include "http/changes/seal_texts.hpp"
#include "http/reading/annotations.hpp"
#include "http/reading/execution_fields.hpp"
#include "http/reading/json_reader.hpp"
#include "http/reading/position_token.hpp"
#include "infra/crypto/uuid.hpp"
#include "infra/postgres/fault.hpp"

namespace ledger::http {
namespace {

using std::chrono::milliseconds;

constexpr int kStepsAtATime = 64;      // lines taken or pieces read; then results go out
constexpr std::size_t kFirstWindow = 512;
constexpr std::size_t kLeastWindow = 16;
constexpr milliseconds kFirstBackOff{20};
constexpr milliseconds kLastBackOff{1'000};
constexpr milliseconds kLookUpEvery{1'000};

std::string_view word_of(LineOutcome::Status status) {
  switch (status) {
    case LineOutcome::Status::recorded: return "recorded";
    case LineOutcome::Status::already_recorded: return "already_recorded";
    case LineOutcome::Status::rejected: return "rejected";
    case LineOutcome::Status::not_stored: return "not_stored";
    case LineOutcome::Status::open: return "open";
  }
  return "";
}

// The line is at fault, but for one that cannot be sealed: that is this node's.
LineOutcome refused(Problem why) {
  const auto status = why.code == Code::cannot_seal ? LineOutcome::Status::not_stored : LineOutcome::Status::rejected;
  return {.status = status, .problem = std::move(why)};
}

// A line has no line 2, and its number stands beside the problem.
std::string without_line(const std::string& error) {
  constexpr std::string_view kLine = "Line 1, c";
  return error.starts_with(kLine) ? "C" + error.substr(kLine.size()) : error;
}

}  // namespace

std::size_t ExecutionBatch::bytes_held(const BatchSettings& settings) { return settings.in_flight_max_bytes + settings.unread_max_bytes + settings.line_max_bytes; }

ExecutionBatch::ExecutionBatch(Request request, Caller caller, std::optional<std::string> key, App& app)
    : request_(std::move(request)),
      caller_(std::move(caller)),
      key_(std::move(key)),
      app_(app),
      settings_(app.settings.batch),
      versions_(request_, app),
      splitter_(settings_.line_max_bytes),
      completions_(std::make_shared<Completions>()),
      window_(std::min(kFirstWindow, settings_.in_flight_max)),
      back_off_(kFirstBackOff) {}

void ExecutionBatch::run(Exchange& exchange) {
  for (;;) {
    for (auto& [command, outcome] : completions_->take()) settle(command, std::move(outcome));
    try_again();
    tell_in_order();
    if (!taking_ && lines_.empty()) sum_up();
    if (!hand_over(exchange)) return;
    // Whoever reads only when he has sent all must come to his end.
    if (summed_up_ && unread() == 0 && exchange.written() && (!reads_away(exchange) || exchange.stopping())) return;
    if (taking_ && exchange.stopping()) stop_taking(problem(Code::unavailable, "The server is stopping."));
    watch_reader(exchange);
    if (!take_lines(exchange)) exchange.wait(awaited(exchange), patience());
  }
}

bool ExecutionBatch::may_take() const {
  return taking_ && again_.empty() && lines_.size() < window_ && waiting_bytes_ < settings_.in_flight_max_bytes && unread() < settings_.unread_max_bytes;
}

// Some lines, as far as they have come. False when there is nothing to do at once.
bool ExecutionBatch::take_lines(Exchange& exchange) {
  if (reads_away(exchange)) return next_piece(exchange);
  int steps = 0;
  while (steps < kStepsAtATime && may_take()) {
    ++steps;
    if (const auto line = splitter_.next()) {
      take(*line);
    } else if (splitter_.finished()) {
      taking_ = false;
    } else if (!next_piece(exchange)) {
      return steps > 1;
    }
  }
  return steps > 0;
}

// True when something has come.
bool ExecutionBatch::next_piece(Exchange& exchange) {
  const auto piece = exchange.read();
  if (!piece) {
    body_broke_ = true;
    stop_taking(piece.error());
    return true;
  }
  if (taking_) splitter_.feed(*piece);
  if (taking_ && exchange.body_ended()) splitter_.finish();
  return !piece->empty() || exchange.body_ended();
}

void ExecutionBatch::take(const LineSplitter::Line& line) {
  lines_.push_back({line.number, std::string(line.text), {}, {}, Clock::now() + settings_.line_deadline_ms});
  waiting_bytes_ += line.text.size();
  const std::uint64_t command = first_ + lines_.size() - 1;
  if (line.too_long) {
    settle(command, refused(problem(Code::body_too_large, "A line may have at most " + std::to_string(settings_.line_max_bytes) + " bytes.")));
  } else {
    submit(command);
  }
}

void ExecutionBatch::submit(std::uint64_t command) {
  const auto away = [] {
    Problem why = problem(Code::unavailable, "Nothing was stored: the version that it names cannot be looked up now. Try again in a moment.");
    return tl::unexpected(LineOutcome{.status = Status::not_stored, .problem = std::move(why), .may_pass = true});
  };
  auto proposal = [&]() -> Result<Proposal, LineOutcome> {
    try {
      return propose(lines_[command - first_]).map_error(refused);
    } catch (const pg::Fault&) {
      return away();
    } catch (const Unavailable&) {
      return away();
    }
  }();
  if (!proposal) return settle(command, std::move(proposal.error()));
  app_.commands->submit(*std::move(proposal), [completions = completions_, command](const ledger::Outcome& outcome) { completions->tell(command, line_outcome(outcome)); });
}

Result<Proposal, Problem> ExecutionBatch::propose(Line& line) {
  const auto document = read_json(line.text);
  if (!document) return tl::unexpected(problem(Code::malformed_json, without_line(document.error())));
  Fields fields(*document);
  auto read = read_record(fields);
  const auto annotations = read_annotations(fields);
  if (read.id && crypto::is_uuid(*read.id)) line.id = *read.id;
  if (auto ok = fields.done(); !ok) return tl::unexpected(std::move(ok.error()));
  if (line.id.empty()) line.id = execution_id_for_line(request_, app_, key_, line.number);

  const auto found = versions_.find(read.command.request.prompt, read.wanted());
  const auto context = context_of(read, found);
  read.command.request.version = found.value_or(projections::NamedVersion{}).number;
  if (read.subject) {
    if (auto sealed = seal_record(read.command, line.id, *read.subject, request_, app_); !sealed) return tl::unexpected(sealed.error());
  }
  Caller caller = caller_;
  caller.reason = annotations.reason;
  caller.occurred_at = annotations.occurred_at;
  caller.bytes = line.text.size();
  Proposal proposal = execution::propose(line.id, std::move(read.command), context, caller, now());
  proposal.movable = false;            // it is decided here, whoever writes its partition (README)
  return proposal;
}

void ExecutionBatch::settle(std::uint64_t command, LineOutcome outcome) {
  Line& line = lines_[command - first_];
  if (outcome.may_pass && Clock::now() < line.give_up_at) {
    if (again_.empty()) {
      again_at_ = Clock::now() + back_off_;
      window_ = std::max(window_ / 2, std::min(kLeastWindow, settings_.in_flight_max));
    }
    again_.push_back(command);
    return;
  }
  if (outcome.position) {
    auto& height = reached_[outcome.position->partition];
    height = std::max(height, outcome.position->height);
    back_off_ = kFirstBackOff;
    window_ = std::min(window_ + 1, settings_.in_flight_max);
  }
  waiting_bytes_ -= line.text.size();
  line.text = {};
  line.outcome = std::move(outcome);
}

// What was too much, or came at a bad moment. Meanwhile no more is read.
void ExecutionBatch::try_again() {
  if (again_.empty() || Clock::now() < again_at_) return;
  back_off_ = std::min(2 * back_off_, kLastBackOff);
  auto commands = std::exchange(again_, {});
  std::sort(commands.begin(), commands.end());
  for (const auto command : commands) submit(command);
}

void ExecutionBatch::tell_in_order() {
  while (!lines_.empty() && lines_.front().outcome) {
    tell(lines_.front());
    lines_.pop_front();
    ++first_;
  }
}

void ExecutionBatch::tell(const Line& line) {
  const auto& outcome = *line.outcome;
  ++counts_[outcome.status];
  results_ += R"({"line":)" + std::to_string(line.number);
  if (!line.id.empty()) results_.append(R"(,"id":")").append(line.id).append("\"");
  results_.append(R"(,"status":")").append(word_of(outcome.status)).append("\"");
  if (outcome.problem) results_.append(R"(,"problem":)").append(to_json(*outcome.problem, request_.request_id));
  results_ += "}\n";
}

void ExecutionBatch::sum_up() {
  if (std::exchange(summed_up_, true)) return;
  std::string counts;
  for (const auto status : {Status::recorded, Status::already_recorded, Status::rejected, Status::not_stored, Status::open}) {
    counts.append(counts.empty() ? "\"" : ",\"").append(word_of(status)).append("\":").append(std::to_string(counts_[status]));
  }
  results_.append(R"({"summary":{)").append(counts);
  if (!reached_.empty()) {
    std::vector<log::Position> positions;
    for (const auto& [partition, height] : reached_) positions.push_back({partition, height});
    results_.append(R"(,"position":")").append(to_position_token(positions, app_.settings.topic_prefix)).append("\"");
  }
  if (why_not_all_) {
    results_.append(R"(,"not_taken_from":)").append(std::to_string(not_taken_from_));
    results_.append(R"(,"problem":)").append(to_json(*why_not_all_, request_.request_id));
  }
  results_ += "}}\n";
}

// False when the client is gone.
bool ExecutionBatch::hand_over(Exchange& exchange) {
  for (;;) {
    const auto taken = exchange.write(std::string_view(results_).substr(handed_over_));
    if (!taken) return false;
    if (*taken == 0) break;
    handed_over_ += *taken;
    unread_since_.reset();
  }
  if (handed_over_ == results_.size()) {
    results_.clear();
    handed_over_ = 0;
  } else if (handed_over_ > results_.size() / 2) {
    results_.erase(0, std::exchange(handed_over_, 0));
  }
  return true;
}

void ExecutionBatch::watch_reader(const Exchange& exchange) {
  if (!taking_ || unread() < settings_.unread_max_bytes || exchange.body_ended()) return unread_since_.reset();
  const auto now = Clock::now();
  if (!unread_since_) unread_since_ = now;
  if (now - *unread_since_ < settings_.reader_patience_ms) return;
  stop_taking(problem(Code::overloaded, "The results of the lines before were not read, so no more lines were taken. Send the rest again, and read while you send."));
}

void ExecutionBatch::stop_taking(std::optional<Problem> why) {
  if (!std::exchange(taking_, false)) return;
  why_not_all_ = std::move(why);
  not_taken_from_ = splitter_.next_number();
}

Exchange::Until ExecutionBatch::awaited(const Exchange& exchange) const {
  return {.body_goes_on = may_take() || reads_away(exchange), .client_takes_more = unread() > 0 || !exchange.written(), .server_stops = taking_, .readable = completions_->signal()};
}

milliseconds ExecutionBatch::patience() const {
  auto until = Clock::now() + kLookUpEvery;
  if (!again_.empty()) until = std::min(until, again_at_);
  if (unread_since_) until = std::min(until, *unread_since_ + settings_.reader_patience_ms);
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(until - Clock::now()));
}

}  // namespace ledger::http
