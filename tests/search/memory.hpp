#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

// The memory of a world. Everything that is allocated while somebody is Inside lies in one piece at one address, so that a copy of that
// piece is a copy of the world, and putting it back makes the world what it was: every pointer in it still points to what it did. This is
// how objects that cannot be copied, the production code's own, are searched without running each path from its start.
//
// One thread. What the world uses must not keep anything outside: function-local statics that allocate are made before (warm_up in world.cpp).
namespace ledger::search {

class Inside {
 public:
  Inside();
  ~Inside();
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
};

// Within Inside, for what the world tells its searcher and has to stay when the world goes back.
class Outside {
 public:
  Outside();
  ~Outside();
  Outside(const Outside&) = delete;
  Outside& operator=(const Outside&) = delete;

 private:
  int depth_;
};

// A copy of the memory. What is as it was in an earlier one is held once for both.
class Snapshot {
 public:
  Snapshot() = default;
  static Snapshot take(const Snapshot& earlier = {});
  void put_back() const;
  bool empty() const { return chunks_.empty(); }
  std::size_t bytes() const { return chunks_.size() * sizeof(Chunk); }
  // Of all snapshots together.
  static std::size_t bytes_held();

 private:
  struct Chunk {
    Chunk();
    ~Chunk();
    std::array<std::byte, 960> bytes;   // with its count just what malloc calls small, and finds at once
  };
  std::vector<std::shared_ptr<const Chunk>> chunks_;
};

void forget_everything();              // an empty memory

}  // namespace ledger::search
