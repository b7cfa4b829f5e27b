#include "projections/proof/proof.hpp"

#include <map>
#include <stdexcept>

#include "domain/checkpoint/checkpoint.hpp"
#include "projections/proof/trees.hpp"
#include "projections/record_bytes.hpp"
#include "projections/sql_files.hpp"
#include "projections/storable.hpp"

namespace ledger::projections {
namespace {

// A checkpoint is of whatever is signed first: the decider lets no second one of a size through.
const pg::Statement kAddCheckpoint{"proof.add_checkpoint", R"sql(
  INSERT INTO signed_checkpoint (topic, partition, size, root, note, event_id, signed_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING)sql"};

bool is_checkpoint(const Applied& applied) { return applied.event && applied.event->stream.kind == checkpoint::kStreamKind; }

// Barriers and genesis are no events; what cannot be read is one.
bool is_event(const Applied& applied) { return applied.event || !applied.unreadable.empty(); }

void grow(TreeGrowth& growth, const Applied& applied) {
  if (growth.tree.size() != applied.position.height) {
    throw std::logic_error{"the tree of " + applied.position.partition.topic + "/" + std::to_string(applied.position.partition.number) + " has " +
                           std::to_string(growth.tree.size()) + " leaves, and height " + std::to_string(applied.position.height) + " comes next"};
  }
  append_leaf(growth.tree, log::leaf_hash(applied.head.hash), growth.added);
  if (is_event(applied) && !is_checkpoint(applied)) growth.last_event = static_cast<std::int64_t>(applied.position.height);
}

// `promptledger.log.executions` beside `promptledger.log.prompts`.
std::string neighbour(const std::string& topic, const std::string& log) { return topic.substr(0, topic.rfind('.') + 1) + log; }

// What nobody could have signed is no checkpoint, and still a leaf.
void add_checkpoint(pg::Connection& connection, const Applied& applied) {
  const auto event = checkpoint::decode(applied.event->type, applied.event->data);
  if (!event) return;
  const auto& checkpoint = std::get<checkpoint::Signed>(*event);
  const auto root = log::parse_hash(checkpoint.root);
  const bool fits = checkpoint.size >= 1 && checkpoint.size < std::uint64_t{1} << 62U && is_indexable(checkpoint.log) && is_storable(checkpoint.note) &&
                    is_storable(applied.event->meta.event_id);
  if (!root || !fits) return;
  connection.run(kAddCheckpoint, pg::Params{neighbour(applied.position.partition.topic, checkpoint.log), checkpoint.partition,
                                            static_cast<std::int64_t>(checkpoint.size), pg::Bytes{bytes_of(*root)}, checkpoint.note,
                                            applied.event->meta.event_id, applied.event->meta.occurred_at});
}

}  // namespace

std::string_view ProofProjection::tables_sql() const { return sql_file("projections/proof/tables.sql"); }

std::vector<Refusal> ProofProjection::apply(pg::Connection& connection, std::span<const Applied> batch) const {
  std::map<log::PartitionId, TreeGrowth> trees;
  for (const auto& applied : batch) {
    const auto& partition = applied.position.partition;
    auto tree = trees.find(partition);
    if (tree == trees.end()) tree = trees.emplace(partition, load_tree(connection, partition)).first;
    grow(tree->second, applied);
    if (is_checkpoint(applied)) add_checkpoint(connection, applied);
  }
  for (const auto& [partition, growth] : trees) write_tree(connection, partition, growth);
  return {};
}

}  // namespace ledger::projections
