#include "app/verify.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <ostream>
#include <stdexcept>

#include "app/proof/key_file.hpp"
#include "app/proof/log_audit.hpp"
#include "app/wiring.hpp"
#include "commands/topics.hpp"
#include "domain/partition_key.hpp"
#include "infra/kafka/kafka_log.hpp"
#include "infra/logging/log.hpp"
#include "infra/proof/bundle.hpp"
#include "log/partitioner.hpp"
#include "projections/proof/proof.hpp"
#include "projections/rebuild.hpp"

namespace ledger::app {
namespace {

std::string read_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in || !std::filesystem::is_regular_file(file)) throw std::runtime_error(file + " cannot be read");
  return {std::istreambuf_iterator<char>(in), {}};
}

// The one that is given, else that of the key file, if there is one.
std::optional<crypto::PublicKey> public_key(const Invocation& call) {
  if (const auto& text = call.arguments.text("public-key"); !text.empty()) {
    const auto key = crypto::parse_public_key(text);
    if (!key) throw std::runtime_error("--public-key is no Ed25519 key: base64 of 32 bytes, as GET /api/v1/verify shows it");
    return key;
  }
  const auto& file = call.settings.proof.checkpoint_key_file;
  if (file.empty() || !std::filesystem::exists(file)) return std::nullopt;
  return read_or_make_signing_key(file).public_key();
}

ExitStatus verify_bundle(const Invocation& call) {
  const auto key = public_key(call);
  if (!key) throw std::runtime_error("a bundle is verified with the ledger's public key: --public-key");
  const auto& file = call.arguments.text("file");
  if (file.empty()) throw std::runtime_error("which bundle is to be verified: promptledger verify bundle FILE");
  const auto proven = proof::parse_bundle(read_file(file)).and_then([&](const proof::Bundle& bundle) { return proof::verify(bundle, *key); });
  if (!proven) {
    call.out << file << ": BROKEN: " << proven.error() << '\n';
    return ExitStatus::tampered;
  }
  call.out << file << ": holds: height " << proven->height << " of " << proven->checkpoint.origin << ", hash " << log::to_text(proven->hash) << ", under a checkpoint of "
           << proven->checkpoint.size << " records\n";
  return ExitStatus::done;
}

void tell(std::ostream& out, const Broken& broken) {
  out << "height " << broken.height;
  if (broken.to) out << " to " << *broken.to;
  out << ": " << broken.why << '\n';
}

void tell(std::ostream& out, const AuditedPartition& found) {
  const std::string name = found.partition.topic + '/' + std::to_string(found.partition.number);
  out << name << ": " << found.records << " records, " << found.checkpoints << " checkpoints over the first " << found.under_checkpoint;
  if (found.compared) out << ", " << *found.compared << " the same in PostgreSQL";
  out << (found.broken || found.differs ? "" : ": holds") << '\n';
  if (found.broken) tell(out << "  BROKEN in the log at ", *found.broken);
  if (found.differs) tell(out << "  DIFFERENT in PostgreSQL at ", *found.differs);
}

AuditPlace place_of(const Invocation& call, log::Log& log) {
  const auto& settings = call.settings;
  AuditPlace place{.log = log, .partitions = projections::partitions_of(log, projections::ProofProjection{}, settings.kafka.topic_prefix, settings.commands.log_timeout_ms), .checkpoints = {}};
  const auto prompts = topic_name(settings.kafka.topic_prefix, LogTopic::prompts);
  const auto count = std::ranges::count(place.partitions, prompts, &log::PartitionId::topic);
  place.checkpoints = {prompts, log::partition_of(kCheckpointPartitionKey, static_cast<std::int32_t>(count))};
  place.key = public_key(call);
  place.log_timeout_ms = settings.commands.log_timeout_ms;
  place.silence_ms = settings.commands.start_timeout_ms;
  place.at_once = static_cast<std::size_t>(call.arguments.number("at-once"));
  place.stop = call.signals.token();
  place.on_progress = [](const log::PartitionId& partition, std::uint64_t records) {
    logging::info("verifying", {{"topic", partition.topic}, {"partition", partition.number}, {"records", records}});
  };
  if (const auto& file = call.arguments.text("checkpoint"); !file.empty()) {
    if (!place.key) throw std::runtime_error("a checkpoint is verified with the ledger's public key: --public-key");
    const auto kept = proof::open_checkpoint(read_file(file), *place.key);
    if (!kept) throw std::runtime_error("the checkpoint in " + file + " cannot be used: " + kept.error());
    place.witnessed.push_back(*kept);
  }
  return place;
}

ExitStatus verify_log(const Invocation& call, bool with_postgres) {
  kafka::KafkaLog log(kafka_settings(call.settings, "verify"));
  auto place = place_of(call, log);
  if (with_postgres) place.history = connection_settings(call.settings, "verify");
  if (!place.key) call.out << "without --public-key: what is signed is compared, and nobody's signature is looked at\n";
  auto status = ExitStatus::done;
  for (const auto& found : audit_log(place)) {
    tell(call.out, found);
    if (found.broken || found.differs) status = ExitStatus::tampered;
  }
  return status;
}

ExitStatus run(const Invocation& call) {
  const auto& what = call.arguments.text("what");
  if (what == "bundle") return verify_bundle(call);
  return verify_log(call, what == "all");
}

}  // namespace

Subcommand verify() {
  using config::Section;
  return {.name = "verify",
          .summary = "Recompute every hash, tree and signature: of the log, of the log and PostgreSQL, or of one proof; 6: something does not hold",
          .settings = {Section::kafka, Section::postgres, Section::commands, Section::proof, Section::log},
          .arguments = {{.kind = Argument::Kind::positional, .name = "what", .help = "the log alone; all, which is the log and PostgreSQL; or a bundle from GET /events/{id}/proof", .choices = {"log", "all", "bundle"}},
                        {.kind = Argument::Kind::positional, .name = "file", .value_name = "FILE", .help = "of bundle: its file", .usual = ""},
                        {.name = "public-key", .value_name = "KEY", .help = "the ledger's, in base64; without it that of --checkpoint-key-file", .usual = ""},
                        {.name = "checkpoint", .value_name = "FILE", .help = "a checkpoint that was kept elsewhere: the log must go on from it", .usual = ""},
                        {.name = "at-once", .value_name = "N", .help = "partitions read side by side, each with a core and, for all, a connection of its own", .usual = "4", .range = Argument::Range{1, 64}}},
          .run = run};
}

}  // namespace ledger::app
