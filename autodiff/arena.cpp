#include "arena.hpp"

#include <algorithm>
#include <new>

namespace gradus {

void Arena::Release::operator()(std::byte* memory) const { ::operator delete (memory, std::align_val_t{alignment}); }

std::size_t Arena::used() const {
  std::size_t total = 0;
  for (std::size_t i = 0; i < open_; ++i) total += chunks_[i].size;
  return total - static_cast<std::size_t>(end_ - next_);
}

std::size_t Arena::capacity() const {
  std::size_t total = 0;
  for (const Chunk& chunk : chunks_) total += chunk.size;
  return total;
}

// A repeated computation asks for the same sizes in the same order and so finds the same chunks again.
void Arena::open_chunk(std::size_t at_least) {
  constexpr std::size_t first_chunk = std::size_t{1} << 14;  // larger, it costs the first call of all a third more
  while (open_ < chunks_.size() && chunks_[open_].size < at_least) ++open_;
  if (open_ == chunks_.size()) {
    const std::size_t size = std::max({first_chunk, at_least, chunks_.empty() ? 0 : 2 * chunks_.back().size});
    chunks_.reserve(chunks_.size() + 1);
    chunks_.push_back({std::unique_ptr<std::byte, Release>(
                           static_cast<std::byte*>(::operator new (size, std::align_val_t{alignment}))),
                       size});
  }
  enter(open_);
}

void Arena::enter(std::size_t chunk) {
  open_ = chunk + 1;
  next_ = chunks_[chunk].memory.get();
  end_ = next_ + chunks_[chunk].size;
}

}  // namespace gradus
