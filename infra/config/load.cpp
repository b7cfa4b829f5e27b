#include "infra/config/load.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include <unistd.h>

#include "infra/config/file.hpp"
#include "infra/config/table.hpp"

namespace ledger::config {
namespace {

constexpr std::string_view kPrefix = "PROMPTLEDGER_";
constexpr std::string_view kFileVariable = "PROMPTLEDGER_CONFIG";
// Ours too, but for the scripts ./run and ./test and the tests.
constexpr std::array<std::string_view, 5> kForScripts{"PROMPTLEDGER_HOME", "PROMPTLEDGER_DEMO_FILE", "PROMPTLEDGER_DEMO_EXECUTIONS",
                                                      "PROMPTLEDGER_START_LIMIT_S", "PROMPTLEDGER_DUMP_EVENTS"};
constexpr std::string_view kForTests = "PROMPTLEDGER_TEST_";

// Collects values from one source after the other, the strongest first.
class Gathering {
 public:
  // From now on values come from a weaker source: what is set already stays.
  void next_source() { settled_ = named_; }

  void take(const Setting& row, std::string_view value, const std::string& where) {
    named_.insert(row.name);
    // A value that a stronger source overrides is still checked: it would strike on the day that source falls silent.
    if (row.set(settled_.contains(row.name) ? overridden_ : settings_, value)) return;
    complain(where + ": " + (row.secret ? "the value" : '"' + std::string{value} + '"') + " is not " + row.expects);
  }
  void complain(std::string sentence) { complaints_.push_back(std::move(sentence)); }

  void require(bool holds, std::string sentence) {
    if (!holds) complain(std::move(sentence));
  }
  const Settings& settings() const { return settings_; }

  tl::expected<Settings, Complaints> result() && {
    if (!complaints_.empty()) return tl::unexpected(std::move(complaints_));
    return std::move(settings_);
  }

 private:
  Settings settings_;
  Settings overridden_;
  std::set<std::string, std::less<>> named_;
  std::set<std::string, std::less<>> settled_;
  Complaints complaints_;
};

void take_flags(Gathering& to, const Texts& flags) {
  for (const auto& [name, value] : flags) {
    if (const Setting* row = find(name)) to.take(*row, value, row->flag());
    else to.complain("there is no setting \"" + name + "\"");
  }
}

const Setting* find_by_variable(std::string_view variable) {
  const auto found = std::ranges::find(table(), variable, &Setting::variable);
  return found == table().end() ? nullptr : &*found;
}

std::string suggestion(const std::string& meant) { return meant.empty() ? ". " : "; did you mean " + meant + "? "; }

std::string unknown_variable(std::string_view variable) {
  std::string name{variable.substr(kPrefix.size())};
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const Setting* near = nearest(name);
  return "environment variable " + std::string{variable} + " is not a setting" + suggestion(near ? near->variable() : "") +
         "Unset it; promptledger up --help lists all settings";
}

void take_variable(Gathering& to, const std::string& variable, std::string_view value) {
  if (!variable.starts_with(kPrefix) || variable.starts_with(kForTests) || variable == kFileVariable) return;
  if (std::ranges::find(kForScripts, variable) != kForScripts.end()) return;
  const Setting* row = find_by_variable(variable);
  if (!row) return to.complain(unknown_variable(variable));
  if (value.empty()) return;   // as a shell has it: empty is not set
  const std::string where = "environment variable " + variable;
  if (row->shape != Shape::pairs) return to.take(*row, value, where);
  for (std::size_t at = 0; at <= value.size();) {
    const std::size_t end = std::min(value.find(';', at), value.size());
    to.take(*row, value.substr(at, end - at), where);
    at = end + 1;
  }
}

void take_file(Gathering& to, const std::string& path) {
  const auto entries = read_file(path);
  if (!entries) return to.complain(entries.error());
  for (const FileEntry& entry : *entries) {
    const std::string where = "configuration file " + path + ", key \"" + entry.key + '"';
    const Setting* row = find(entry.key);
    if (!row) {
      const Setting* near = nearest(entry.key);
      to.complain(where + " is not a setting" + suggestion(near ? '"' + near->name + '"' : "") +
                  "Remove it; promptledger up --help lists all settings");
    } else if (entry.shape != row->shape) {
      to.complain(where + ": the value is not " + row->expects +
                  (row->shape == Shape::text ? ", written as a JSON string" : row->shape == Shape::pairs ? ", written as a JSON object of strings" : ""));
    } else {
      for (const std::string& value : entry.values) to.take(*row, value, where);
    }
  }
}

// What no single row can say.
void check_together(Gathering& to) {
  const Settings& s = to.settings();
  to.require(s.kafka.min_insync_replicas <= s.kafka.replication_factor,
             "kafka_min_insync_replicas is greater than kafka_replication_factor: nothing could ever be stored; lower the first or raise the second");
  to.require(2 * s.http.max_event_streams <= s.http.max_connections,
             "http_max_event_streams is more than half of http_max_connections: streams could starve all other callers; lower the first or raise the second");
  to.require(s.http.max_requests + s.http.max_event_streams < s.http.max_connections,
             "http_max_requests and http_max_event_streams together leave no connection of http_max_connections on which a request could be refused; lower them or raise it");
  to.require(s.http.max_body_bytes <= s.http.max_held_bytes,
             "http_max_body_bytes is greater than http_max_held_bytes: such a body could never be taken; lower the first or raise the second");
  to.require(s.commands.doubt_after_ms < s.commands.deadline_ms,
             "command_doubt_after_ms is not less than command_deadline_ms: no time would be left to resend; lower the first or raise the second");
  to.require(s.projections.backoff_first_ms <= s.projections.backoff_max_ms,
             "projection_backoff_first_ms is greater than projection_backoff_max_ms: lower the first or raise the second");
  to.require(3 * s.node.group_heartbeat_ms <= s.node.group_session_timeout_ms,
             "group_heartbeat_ms is more than a third of group_session_timeout_ms: a process could lose its partitions by two lost signs of life; lower the first or raise the second");
  to.require(s.projections.publish_timeout_ms < s.postgres.idle_in_transaction_timeout_ms,
             "projection_publish_timeout_ms is not less than postgres_idle_in_transaction_timeout_ms: PostgreSQL would end the transaction that waits; lower the first "
             "or raise the second");
}

}  // namespace

tl::expected<Settings, Complaints> load(const Sources& sources) {
  Gathering gathering;
  take_flags(gathering, sources.flags);
  gathering.next_source();
  std::optional<std::string> file = sources.file;
  for (const auto& [variable, value] : sources.environment) {
    if (variable == kFileVariable && !file && !value.empty()) file = value;
    take_variable(gathering, variable, value);
  }
  gathering.next_source();
  if (file) take_file(gathering, *file);
  check_together(gathering);
  return std::move(gathering).result();
}

Texts process_environment() {
  Texts variables;
  for (char** at = environ; *at; ++at) {
    const std::string_view line{*at};
    const std::size_t equals = line.find('=');
    if (equals != std::string_view::npos) variables.emplace_back(line.substr(0, equals), line.substr(equals + 1));
  }
  return variables;
}

}  // namespace ledger::config
