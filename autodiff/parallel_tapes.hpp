// A tape for each of several threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "gradient.hpp"
#include "kernels/sum.hpp"
#include "over_samples.hpp"
#include "thread_team.hpp"
#include "threads.hpp"

namespace gradus {

namespace detail {

/// What one thread works with.
template <Number S>
struct alignas(64) PartTape {
  Tape<S> tape;
  Arena memory;
  S value{};
  S* gradient = nullptr;  // by all arguments, one after the other

  /// The part's value and gradient, of the samples [first, last).
  template <class F, class... X>
  void differentiate(const OverSamples<F>& f, Index first, Index last, const X&... x) {
    const Index size = (elements(x) + ...);
    memory.clear();
    gradient = memory.allocate_array<S>(size);
    value = S(0);
    if (first == last) std::fill_n(gradient, size, S(0));
    for (Store store = Store::assign; first < last; store = Store::add) {
      const Index count = std::min(f.at_most(), last - first);
      record_and_sweep(f, first, count, store, x...);
      first += count;
    }
  }

 private:
  template <class F, class... X>
  void record_and_sweep(const OverSamples<F>& f, Index first, Index count, Store store, const X&... x) {
    tape.clear();
    const std::tuple variables{variable(x)...};
    S* to = gradient;
    std::apply([&](const auto&... v) { ((to = bind(v, to, store)), ...); }, variables);
    const auto part = [&](const auto&... v) { return f.part(first, count, v...); };
    const Var<S> y = std::apply([&](const auto&... v) { return scalar_result_of<S>(part, v...); }, variables);
    if (y.tape() != nullptr) tape.check(y.tape(), y.epoch());
    const S weight = static_cast<S>(f.weight(count));
    tape.sweep_from(
        [&] {
          if (y.slot() != 0) tape.adjoints().scalars[y.slot()] = weight;
        },
        Retain::variables);
    to = gradient;
    std::apply([&](const auto&... v) { ((to = read(v, to, store)), ...); }, variables);
    value += weight * y.value();
    tape.clear();  // x may be gone or changed before the next call
  }

  template <class X>
  static Index elements(const X& x) {
    if constexpr (EigenDense<X>)
      return x.size();
    else
      return 1;
  }
  template <class X>
  auto variable(const X& x) {
    if constexpr (EigenDense<X>)
      return tape.variable(borrow(x));
    else
      return tape.variable(x);
  }
  /// A matrix's gradient goes straight to its place.
  template <class V>
  S* bind(const V& v, S* to, Store store) {
    if constexpr (MatrixVar<V>) {
      tape.bind(v, to, store);
      return to + v.size();
    } else {
      return to + 1;
    }
  }
  /// A number's gradient is fetched.
  template <class V>
  S* read(const V& v, S* to, Store store) {
    if constexpr (MatrixVar<V>) {
      return to + v.size();
    } else {
      *to = store == Store::assign ? tape.adjoint(v) : *to + tape.adjoint(v);
      return to + 1;
    }
  }
};

}  // namespace detail

/// What value_and_gradient() of a function over samples works with on several threads: a tape for each, and memory for
/// its part of the gradient. Kept from call to call, nothing more is allocated once the tapes have grown.
///
///     gradus::ParallelTapes tapes(4);           // of double; ParallelTapes<float> for float
///
/// Used by one call at a time.
template <Number S = double>
class ParallelTapes {
 public:
  /// For that many threads, all that the machine has unless it is said. Throws Error if threads < 1.
  explicit ParallelTapes(int threads = hardware_threads()) {
    if (threads < 1)
      throw Error("ParallelTapes: expected a number of threads of at least 1, got " + std::to_string(threads));
    for (int k = 0; k < threads; ++k) {
      parts_.push_back(std::make_unique<detail::PartTape<S>>());
      gradients_.push_back(nullptr);
    }
  }
  ParallelTapes(const ParallelTapes&) = delete;
  ParallelTapes& operator=(const ParallelTapes&) = delete;

  int threads() const { return static_cast<int>(parts_.size()); }
  /// Bytes of memory the tapes hold, and the gradients of their parts.
  std::size_t memory() const {
    std::size_t sum = 0;
    for (const auto& part : parts_) sum += part->tape.memory() + part->memory.capacity();
    return sum;
  }

  // ---- for the drivers
  // ------------------------------------------------------------------------------------------------

  /// Held during a call. Throws TapeError if there is another.
  class Use {
   public:
    explicit Use(ParallelTapes& tapes) : busy_(tapes.busy_) {
      if (busy_.exchange(true))
        throw TapeError("value_and_gradient: these ParallelTapes are at work already; each thread needs its own");
    }
    ~Use() { busy_ = false; }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

   private:
    std::atomic<bool>& busy_;
  };

  Tape<S>& first() { return parts_.front()->tape; }

  /// Into how many parts f is cut, one a thread.
  template <class F>
  int parts_of(const OverSamples<F>& f) const {
    return static_cast<int>(std::clamp<Index>(f.samples(), 1, threads()));
  }
  /// Whether f is recorded once, as on a single tape.
  template <class F>
  bool in_one_go(const OverSamples<F>& f) const {
    return f.samples() > 0 && parts_of(f) == 1 && f.samples() <= f.at_most();
  }

  /// The value; the gradients of the parts are left to be summed up.
  template <class F, class... X>
  S sweep(const OverSamples<F>& f, const X&... x) {
    const int count = parts_of(f);
    const Index each = f.samples() / count, more = f.samples() % count;  // of samples in the first parts
    detail::run_in_parallel(count, [&](int k) {
      const auto begin = [&](int part) { return part * each + std::min<Index>(part, more); };
      parts_[std::size_t(k)]->differentiate(f, begin(k), begin(k + 1), x...);
    });
    count_ = count;
    S value = parts_[0]->value;
    for (int k = 0; k < count; ++k) {
      const auto& part = *parts_[std::size_t(k)];
      if (k > 0) value += part.value;
      gradients_[std::size_t(k)] = part.gradient;
    }
    return value;
  }

  /// Sums up the positions [offset, offset + size) of the gradient.
  void sum(S* to, Index offset, Index size) const {
    in_slices(size, [&](Index from, Index n) {
      kernels::sum_vectors(to + from, gradients_.data(), count_, offset + from, n);
    });
  }
  /// Sums up the gradient, of that size, piece by piece for the sink.
  void sum(GradientSink<S>& sink, Index size) const {
    constexpr Index piece = 2048;
    in_slices(size, [&](Index from, Index n) {
      for (const Index end = from + n; from < end; from += piece) {
        S* const to = parts_[0]->gradient + from;
        const Index some = std::min(piece, end - from);
        kernels::sum_vectors(to, gradients_.data(), count_, from, some);
        sink.take(from, some, to);
      }
    });
  }

 private:
  /// Calls work(from, n) for slices that cover [0, size), on the threads of the last sweep where it pays.
  template <class Work>
  void in_slices(Index size, const Work& work) const {
    constexpr Index worth_threads = 32768, grain = 64 / Index(sizeof(S));  // cache lines are not shared
    const int slices = size < worth_threads ? 1 : count_;  // as many threads as before: OpenMP has them ready
    const Index slice = ((size + slices - 1) / slices + grain - 1) / grain * grain;
    detail::run_in_parallel(slices, [&](int k) {
      const Index from = k * slice;
      if (from < size) work(from, std::min(slice, size - from));
    });
  }

  std::vector<std::unique_ptr<detail::PartTape<S>>> parts_;
  std::vector<const S*> gradients_;
  int count_ = 0;  // parts of the last sweep
  std::atomic<bool> busy_ = false;
};

}  // namespace gradus
