#include "projections/proof/proof.hpp"

#include <doctest/doctest.h>

#include "domain/checkpoint/checkpoint.hpp"
#include "projections/proof/queries.hpp"
#include "tests/projections/model_fixture.hpp"

using namespace ledger;
using namespace ledger::test;
using projections::BatchOutcome;

namespace {

const log::PartitionId kPrompts0{kPromptsTopic, 0};

struct Fixture {
  Database database;
  Chain chain;
  projections::ProofProjection projection;
  ByHand hand{database, chain, projection};
  pg::Pool pool{{.connection = database.settings()}};
  projections::ProofQueries queries{pool};
  // What the tree of prompts/0 must be, one for each size from 1.
  std::vector<log::Hash> leaves{log::leaf_hash(chain.head().hash)};
  std::vector<log::Hash> roots{leaves.front()};
  log::Frontier grown = [this] {
    log::Frontier tree;
    tree.append(leaves.front());
    return tree;
  }();
  std::uint64_t sequence = 0;

  void keep() {
    leaves.push_back(log::leaf_hash(chain.head().hash));
    grown.append(leaves.back());
    roots.push_back(grown.root());
  }
  void note_taken() {
    chain.append(note("n", ++sequence, "x"));
    keep();
  }
  void barrier() {
    chain.barrier();
    keep();
  }
  RecordedEvent checkpoint_event(std::uint64_t version, const checkpoint::Signed& checkpoint) {
    const auto encoded = encode(checkpoint::Event{checkpoint});
    auto event = note("prompts.0", version, "");
    event.type = encoded.type;
    event.data = encoded.data;
    event.stream.kind = checkpoint::kStreamKind;
    return event;
  }
  checkpoint::Signed checkpoint(std::uint64_t size, std::int32_t partition = 0) {
    return {"prompts", partition, size, log::to_text(size <= roots.size() ? roots[size - 1] : log::Hash{}), "note of " + std::to_string(size)};
  }
  void signed_in_1(std::uint64_t version, const checkpoint::Signed& said) { chain.append(checkpoint_event(version, said), 1); }
  void apply() { REQUIRE(hand.catch_up() == BatchOutcome::applied); }
  std::int64_t last_event() { return hand.connection.query("SELECT last_event FROM tree WHERE topic = '" + kPromptsTopic + "' AND partition = 0")[0].number(0); }
};

}  // namespace

TEST_CASE("a partition's tree is that of its records that count, however they come in batches") {
  Fixture f;
  for (int batch = 0; batch < 20; ++batch) {
    for (int n = 0; n < batch * 4; ++n) f.note_taken();
    if (batch % 3 == 0) f.chain.duplicate();
    f.barrier();
    f.apply();
    REQUIRE(f.queries.size(kPrompts0) == f.leaves.size());
    REQUIRE((f.queries.tree(kPrompts0, f.leaves.size()) == f.grown));
  }
  for (std::uint64_t size = 1; size <= f.leaves.size(); size += 13) {
    CAPTURE(size);
    CHECK((f.queries.tree(kPrompts0, size).root() == f.roots[size - 1]));
    for (std::uint64_t index = 0; index < size; index += 29)
      CHECK(log::verify_inclusion(f.leaves[index], index, size, f.queries.hashes(kPrompts0, log::inclusion_path(index, size)), f.roots[size - 1]));
    for (std::uint64_t from = 1; from <= size; from += 31)
      CHECK(log::verify_consistency(from, f.roots[from - 1], size, f.roots[size - 1], f.queries.hashes(kPrompts0, log::consistency_path(from, size))));
  }
}

TEST_CASE("a tree has a leaf for what nobody can read") {
  Fixture f;
  f.chain.append_record({.key = "ws/w1", .headers = {{"ce_type", "what is this?"}}, .value = "no JSON"});
  f.keep();
  f.note_taken();
  f.apply();
  CHECK((f.queries.tree(kPrompts0, 3).root() == f.roots[2]));
  CHECK(f.hand.connection.query("SELECT 1 FROM parked_stream").empty());
}

TEST_CASE("a proof of what the tree does not have yet, or of rows that are gone, is told and not made up") {
  Fixture f;
  for (int n = 0; n < 100; ++n) f.note_taken();
  f.apply();
  CHECK_THROWS_AS(f.queries.tree(kPrompts0, 102), std::runtime_error);
  f.hand.connection.script("DELETE FROM tile WHERE level = 0 AND number = 1");
  CHECK_THROWS_AS(f.queries.hashes(kPrompts0, log::inclusion_path(40, 101)), std::runtime_error);
}

TEST_CASE("checkpoints are listed from the last, and found over a record as soon as its tree is there") {
  Fixture f;
  for (int n = 0; n < 9; ++n) f.note_taken();
  f.signed_in_1(1, f.checkpoint(4));
  f.signed_in_1(2, f.checkpoint(7));
  f.signed_in_1(3, f.checkpoint(40));
  f.signed_in_1(4, f.checkpoint(2, 1));
  f.apply();

  const auto all = f.queries.checkpoints(kPrompts0, std::nullopt, 10);
  REQUIRE(all.size() == 3);
  CHECK(all[0].size == 40);
  CHECK(all[2].size == 4);
  CHECK(all[2].note == "note of 4");
  CHECK((all[2].root == f.roots[3]));
  CHECK((f.queries.checkpoints(kPrompts0, 40, 1) == std::vector{all[1]}));
  CHECK((f.queries.checkpoint(kPrompts0, 7) == all[1]));
  CHECK_FALSE(f.queries.checkpoint(kPrompts0, 8));
  CHECK(f.queries.checkpoint({kPromptsTopic, 1}, 2));

  CHECK(f.queries.checkpoint_over(kPrompts0, 3)->size == 4);
  CHECK(f.queries.checkpoint_over(kPrompts0, 4)->size == 7);
  // The one of 40 is signed, but the tree is not that far yet.
  CHECK_FALSE(f.queries.checkpoint_over(kPrompts0, 7));
  CHECK_FALSE(f.queries.checkpoint_over({kPromptsTopic, 7}, 0));
}

TEST_CASE("checkpoints and barriers are nothing that a checkpoint would be needed for") {
  Fixture f;
  f.apply();
  CHECK(f.last_event() == -1);
  f.note_taken();
  f.note_taken();
  f.barrier();
  f.chain.append(f.checkpoint_event(1, f.checkpoint(2)));
  f.apply();
  CHECK(f.last_event() == 2);
}

TEST_CASE("what says that it is a checkpoint and is none is a leaf, and stops nothing") {
  Fixture f;
  auto broken = f.checkpoint_event(1, f.checkpoint(1));
  broken.data = R"({"size":"many"})";
  f.chain.append(broken);
  auto no_root = f.checkpoint(1);
  no_root.root = "none";
  f.chain.append(f.checkpoint_event(2, no_root));
  auto unstorable = f.checkpoint(1);
  unstorable.note = std::string("a\0b", 3);
  f.chain.append(f.checkpoint_event(3, unstorable));
  f.apply();
  CHECK(f.queries.size(kPrompts0) == 4);
  CHECK(f.queries.checkpoints(kPrompts0, std::nullopt, 10).empty());
  CHECK(f.hand.connection.query("SELECT 1 FROM parked_stream").empty());
}

TEST_CASE("every query of proofs finds its rows by a key") {
  Fixture f;
  f.hand.connection.script(R"sql(
    INSERT INTO tile SELECT 'other', p, 0, n, '\x0000000000000000000000000000000000000000000000000000000000000000' FROM generate_series(1, 8) p, generate_series(1, 500) n;
    INSERT INTO signed_checkpoint SELECT 'other', p, n, '', '', '', now() FROM generate_series(1, 8) p, generate_series(1, 500) n;
    ANALYZE)sql");
  for (const auto* statement : pg::Statement::all()) {
    const std::string name{statement->name};
    if (name != "proof.tiles" && !name.starts_with("proof.checkpoint")) continue;
    CAPTURE(name);
    const auto params = name == "proof.tiles" ? "'other', 3, '{0,0}', '{7,8}'" : name == "proof.checkpoints" ? "'other', 3, 400, 50" : "'other', 3, 400";
    const auto types = name == "proof.tiles" ? "text, int4, int4[], int8[]" : name == "proof.checkpoints" ? "text, int4, int8, int8" : "text, int4, int8";
    f.hand.connection.script("PREPARE shown (" + std::string{types} + ") AS " + std::string{statement->sql});
    std::string plan;
    for (const pg::Row row : f.hand.connection.query("EXPLAIN EXECUTE shown(" + std::string{params} + ")")) plan += std::string{row.text(0)} + "\n";
    f.hand.connection.script("DEALLOCATE shown");
    CAPTURE(plan);
    CHECK(plan.find(name == "proof.tiles" ? "tile_pkey" : "signed_checkpoint_pkey") != std::string::npos);
    CHECK(plan.find("Seq Scan on signed_checkpoint") == std::string::npos);
    CHECK(plan.find("Seq Scan on tile") == std::string::npos);
    CHECK(plan.find("Sort") == std::string::npos);
  }
}
