// What a tape has by the type that it records: numbers, or variables of a tape below.
#pragma once

#include <memory>

#include "delivery.hpp"
#include "lanes.hpp"

namespace gradus {

namespace detail {

/// The tape below: where a tape of recorded scalars finds the level below when it must put something down there.
template <class S>
struct Below {};
template <class R>
struct Below<Var<R>> {
  Tape<R>* tape = nullptr;       // of the first variable of that level that came here
  std::unique_ptr<Tape<R>> own;  // or, until one came, of its own, for constants
};

/// What a tape of variables does not have: only compilers that look at it all the same (Clang 14) find it.
struct NoDelivery {
  void begin(auto&&...) {}
  void end() {}
  void abandon() {}
};
template <class S>
struct DeliveryOf {
  using type = NoDelivery;
};
template <Number S>
struct DeliveryOf<S> {
  using type = Delivery<S>;
};

template <class S>
struct LeafRecord;  // see tape_sweep.hpp

struct NoLanes {};
template <class S>
struct LanesOf {
  using type = NoLanes;
};
template <Number S>
struct LanesOf<S> {
  using type = Lanes<S>;
};

/// What a record kind does with several adjoints or tangents side by side, if it knows how.
template <class R, class S>
constexpr typename RecordKind<S>::OnLanes pull_lanes_of() {
  if constexpr (Number<S>)
    if constexpr (requires { &R::pull_lanes; }) return &R::pull_lanes;
  return nullptr;
}
template <class R, class S>
constexpr typename RecordKind<S>::OnLanes push_lanes_of() {
  if constexpr (Number<S>)
    if constexpr (requires { &R::push_lanes; }) return &R::push_lanes;
  return nullptr;
}

}  // namespace detail

}  // namespace gradus
