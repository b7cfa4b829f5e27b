#include "tests/search/memory.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

namespace ledger::search {
namespace {

constexpr std::size_t kSize = 16U << 20U;
constexpr std::size_t kStep = 32;      // small blocks come in multiples of this
constexpr std::size_t kSmall = 2048;   // larger ones in powers of two
constexpr std::size_t kHeader = 16;    // holds a block's class, and keeps the alignment that operator new promises

// Blocks are given back to a list of their class. The lists lie in the piece, too.
struct Piece {
  std::size_t used;
  std::array<std::byte*, kSmall / kStep + 24> free;
};

alignas(64) std::byte memory[kSize];   // NOLINT: its address is the point
int inside = 0;

Piece& piece() { return *reinterpret_cast<Piece*>(memory); }

std::pair<std::size_t, std::size_t> class_and_size(std::size_t bytes) {
  const std::size_t needed = bytes + kHeader;
  if (needed <= kSmall) {
    const std::size_t number = (needed + kStep - 1) / kStep;
    return {number, number * kStep};
  }
  const std::size_t size = std::bit_ceil(needed);
  return {kSmall / kStep + static_cast<std::size_t>(std::countr_zero(size)) - 11, size};
}

void* take(std::size_t bytes) {
  auto& all = piece();
  if (all.used == 0) all.used = (sizeof(Piece) + 63) / 64 * 64;
  const auto [number, size] = class_and_size(bytes);
  std::byte* block = all.free.at(number);
  if (block != nullptr) {
    std::memcpy(&all.free.at(number), block + kHeader, sizeof(std::byte*));
  } else {
    if (all.used + size > kSize) throw std::bad_alloc();
    block = memory + all.used;
    all.used += size;
  }
  std::memcpy(block, &number, sizeof number);
  return block + kHeader;
}

void give_back(void* place) {
  std::byte* block = static_cast<std::byte*>(place) - kHeader;
  std::size_t number = 0;
  std::memcpy(&number, block, sizeof number);
  std::memcpy(place, &piece().free.at(number), sizeof(std::byte*));
  piece().free.at(number) = block;
}

}  // namespace

Inside::Inside() { ++inside; }
Inside::~Inside() { --inside; }
Outside::Outside() : depth_(std::exchange(inside, 0)) {}
Outside::~Outside() { inside = depth_; }

namespace {

std::size_t chunks_held = 0;

bool is_of_world(const void* place) { return place >= memory && place < memory + kSize; }

}  // namespace

Snapshot::Chunk::Chunk() { ++chunks_held; }
Snapshot::Chunk::~Chunk() { --chunks_held; }
std::size_t Snapshot::bytes_held() { return chunks_held * sizeof(Chunk); }

Snapshot Snapshot::take(const Snapshot& earlier) {
  const Outside outside;
  Snapshot taken;
  const std::size_t chunks = (piece().used + sizeof(Chunk) - 1) / sizeof(Chunk);
  taken.chunks_.reserve(chunks);
  for (std::size_t n = 0; n < chunks; ++n) {
    const std::byte* now = memory + n * sizeof(Chunk);
    if (n < earlier.chunks_.size() && std::memcmp(earlier.chunks_[n]->bytes.data(), now, sizeof(Chunk)) == 0) {
      taken.chunks_.push_back(earlier.chunks_[n]);
    } else {
      const auto chunk = std::make_shared<Chunk>();
      std::memcpy(chunk->bytes.data(), now, sizeof(Chunk));
      taken.chunks_.push_back(chunk);
    }
  }
  return taken;
}

void Snapshot::put_back() const {
  for (std::size_t n = 0; n < chunks_.size(); ++n) std::memcpy(memory + n * sizeof(Chunk), chunks_[n]->bytes.data(), sizeof(Chunk));
}

void forget_everything() { piece() = Piece{}; }

}  // namespace ledger::search

// All of this program's.
void* operator new(std::size_t bytes) {
  if (ledger::search::inside > 0) return ledger::search::take(bytes);
  if (void* place = std::malloc(bytes == 0 ? 1 : bytes)) return place;
  throw std::bad_alloc();
}

void operator delete(void* place) noexcept {
  if (ledger::search::is_of_world(place)) {
    ledger::search::give_back(place);
  } else {
    std::free(place);
  }
}

void operator delete(void* place, std::size_t) noexcept { operator delete(place); }
