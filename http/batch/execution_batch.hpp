#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands/caller.hpp"
#include "http/app.hpp"
#include "http/batch/completions.hpp"
#include "http/batch/line_splitter.hpp"
#include "http/batch/named_versions.hpp"
#include "http/exchange.hpp"
#include "http/request.hpp"

namespace ledger::http {

// POST /executions/batch: a line in, an execution; a line out, what became of it, in the order of the lines; at last a line that sums them up. Many
// lines are under way at once, so that the partitions' writers can send them together. All that it holds is bounded:
//
// - lines under way: at the bound no more are read, and TCP slows the sender. How many that is follows the ledger's pace: one more for each that went in,
//   half as many when some were too much, so that none waits past its time behind too many others;
// - results that the client has not taken: the same. Who takes none for some time while he still sends is one that reads only at the end: then his
//   lines are no longer taken, but read away, so that he comes to the end; the last line says from which on.
//
// One thread, the connection's.
class ExecutionBatch {
 public:
  // `caller` is he without a key: lines are told apart by their ids. `key` makes ids for the lines that bring none.
  ExecutionBatch(Request request, Caller caller, std::optional<std::string> key, App& app);

  // Returns when all is told, or the client is gone: what is under way then is stored or not, and the same batch again finds out.
  void run(Exchange& exchange);

  static std::size_t bytes_held(const BatchSettings& settings);

 private:
  using Clock = std::chrono::steady_clock;
  using Status = LineOutcome::Status;

  struct Line {
    std::uint64_t number = 0;
    std::string text;                  // until it is settled: for another try
    std::string id;                    // empty when it could not be read
    std::optional<LineOutcome> outcome;
    Clock::time_point give_up_at;
  };

  bool may_take() const;
  bool take_lines(Exchange& exchange);
  bool next_piece(Exchange& exchange);
  void take(const LineSplitter::Line& line);
  void submit(std::uint64_t command);
  Result<Proposal, Problem> propose(Line& line);
  void settle(std::uint64_t command, LineOutcome outcome);
  void try_again();
  void tell_in_order();
  void tell(const Line& line);
  void sum_up();
  bool hand_over(Exchange& exchange);
  void watch_reader(const Exchange& exchange);
  void stop_taking(std::optional<Problem> why);
  bool reads_away(const Exchange& exchange) const { return !taking_ && !exchange.body_ended() && !body_broke_; }
  Exchange::Until awaited(const Exchange& exchange) const;
  std::chrono::milliseconds patience() const;
  std::size_t unread() const { return results_.size() - handed_over_; }

  const Request request_;
  const Caller caller_;
  const std::optional<std::string> key_;
  App& app_;
  const BatchSettings& settings_;
  NamedVersions versions_;
  LineSplitter splitter_;
  const std::shared_ptr<Completions> completions_;

  std::deque<Line> lines_;             // not told yet, in order; the first is command first_
  std::uint64_t first_ = 0;
  std::size_t window_;                 // so many of them at a time
  std::size_t waiting_bytes_ = 0;      // of lines that are not settled
  std::vector<std::uint64_t> again_;   // commands to be tried again, all at again_at_
  Clock::time_point again_at_;
  std::chrono::milliseconds back_off_;

  std::string results_;                // told, of which handed_over_ bytes are the client's
  std::size_t handed_over_ = 0;
  std::optional<Clock::time_point> unread_since_;   // too much, and none of it taken

  bool taking_ = true;
  bool body_broke_ = false;
  std::optional<Problem> why_not_all_;
  std::uint64_t not_taken_from_ = 0;   // a line, with why_not_all_
  bool summed_up_ = false;
  std::map<Status, std::uint64_t> counts_;
  std::map<log::PartitionId, std::uint64_t> reached_;
};

}  // namespace ledger::http
