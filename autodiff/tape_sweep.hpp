// How a tape sweeps back, and how it is cleared.
#pragma once

#include "tape.hpp"

namespace gradus {

namespace detail {

/// A variable of the user's.
template <class S>
struct LeafRecord : Record<S> {
  Node<S>* node;

  static void pull(Tape<S>& tape, Record<S>& record) {
    Node<S>& leaf = *static_cast<LeafRecord&>(record).node;
    if constexpr (Number<S>)
      tape.adjoints().complete(leaf);
    else
      tape.adjoints().collect(leaf, tape.below());
  }
  static void pull_lanes(Lanes<S>& lanes, Record<S>& record) requires Number<S> {
    lanes.complete(*static_cast<LeafRecord&>(record).node);
  }
  static void push_lanes(Lanes<S>&, Record<S>&) requires Number<S> {}  // its tangents are given
  static RecordView<S> look(Record<S>& record) {
    return {"variable", {}, {}, {static_cast<LeafRecord&>(record).node, 0}};
  }
};

}  // namespace detail

template <class S>
void Tape<S>::forget_scalar_adjoints() {
  if (keeps_ || sweep_ == Sweep::interrupted)
    adjoints_.scalars.zero(0, slots_);  // those too that the sweep itself took
  else
    for (const Slot slot : scalar_leaves_)
      if (slot < swept_slots_) adjoints_.scalars[slot] = S{};
}

template <class S>
void Tape<S>::begin_sweep(Retain retain) {
  if (sweep_ != Sweep::none) {
    forget_scalar_adjoints();
    for (Node<S>* node = last_node_; node != nullptr; node = node->previous) adjoints_.forget(*node);
    adjoints_.clear_blocks();
  }
  adjoints_.scalars.resize(slots_);
  swept_slots_ = slots_;
  sweep_ = Sweep::interrupted;  // until it is done
  keeps_ = retain == Retain::everything;
}

template <class S>
template <class Seed>
void Tape<S>::sweep_from(const Seed& seed, Retain retain) {
  begin_sweep(retain);
  seed();
  if (journal_ != nullptr) [[unlikely]]
    sweep_with_journal();
  else
    sweep();
  sweep_ = Sweep::done;
}

template <class S>
void Tape<S>::sweep_statements(typename Statements<S>::Place& place, std::size_t down_to) {
  const auto accumulate = [](S& sum, const S& partial, const S& adjoint) { detail::accumulate(sum, partial, adjoint); };
  statements_.sweep(place, down_to, adjoints_.scalars.data(), keeps_, accumulate);
}

template <class S>
void Tape<S>::sweep() {
  typename Statements<S>::Place place = end_of_statements();
  for (Record<S>* record = last_record_; record != nullptr; record = record->previous) {
    if (place.position != record->statements) sweep_statements(place, record->statements);
    record->kind->pull(*this, *record);
    if constexpr (Number<S>)
      if (delivery_.is_watching()) [[unlikely]]
        delivery_.after(*record);
  }
  if (place.position != 0) sweep_statements(place, 0);
}

template <class S>
void Tape<S>::backward(const Var<S>& y, Retain retain) {
  if (y.tape() != nullptr) check(y.tape(), y.epoch());
  sweep_from(
      [&] {
        if (y.slot() != 0) adjoints_.scalars[y.slot()] = S(1);
      },
      retain);
}

template <class S>
void Tape<S>::deliver(const Var<S>& y, Node<S>& variable, GradientSink<S>& sink) requires Number<S> {
  struct EndOfTape {
    Tape& tape;
    ~EndOfTape() {
      tape.delivery_.abandon();
      tape.clear();
    }
  } const whatever_happens{*this};
  delivery_.begin(last_record_, variable, sink);
  backward(y);
  delivery_.end();
}

template <class S>
void Tape<S>::clear() {
  if (sweep_ != Sweep::none) {
    forget_scalar_adjoints();
    adjoints_.clear_blocks();
    sweep_ = Sweep::none;
  }
  kept_.clear();
  arena_.clear();
  statements_.clear();
  scalar_leaves_.clear();
  last_record_ = nullptr;
  last_node_ = nullptr;
  slots_ = 1;
  ++epoch_;
  if (journal_ != nullptr) journal_->clear(0);
  if constexpr (!Number<S>) {
    below_.tape = nullptr;
    if (below_.own != nullptr) below_.own->clear();
  }
}

}  // namespace gradus
