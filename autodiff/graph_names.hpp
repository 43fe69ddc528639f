// Which operation of a graph a variable of the tape is the result of.
#pragma once

#include <unordered_map>

#include "gradient.hpp"

namespace gradus::detail {

[[noreturn]] void throw_not_named(const char* why);

/// By the tape's own names: nodes of matrices, slots of scalars.
struct GraphNames {
  const void* tape = nullptr;
  std::uint32_t epoch = 0;
  std::unordered_map<const void*, Index> matrices;
  std::unordered_map<Slot, Index> scalars;

  template <class T>
  Index place_of(const Var<T>& x) const {
    if (x.tape() == nullptr) throw_not_named("a constant");
    if (x.tape() != tape) throw_other_tape();
    if (x.epoch() != epoch) throw_cleared();
    if constexpr (Scalar<T>) {
      if (x.slot() == 0) throw_not_named("a constant");
      const auto found = scalars.find(x.slot());
      if (found != scalars.end()) return found->second;
    } else {
      if (x.handle().node == nullptr) throw_not_named("a constant");
      const auto found = matrices.find(x.handle().node);
      if (found != matrices.end()) return found->second;
    }
    throw_not_named("an element of a matrix, or recorded after the graph was made");
  }
};

}  // namespace gradus::detail
