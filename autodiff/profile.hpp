// What each kind of operation costs: calls, time forward and back, multiplications, bytes.
//
//     std::cout << gradus::profile(loss, w);
#pragma once

#include "graph.hpp"

namespace gradus {

/// The operations of one name, together.
struct OperationProfile {
  std::string operation;
  Index calls = 0;
  double forward_seconds = 0, reverse_seconds = 0;
  /// Of values, and of the sweep. The product of m × k and k × n takes m k n, and as many for each operand that is not
  /// constant in the sweep. Other operations count one an element, and one an element and operand in the sweep: a
  /// function like exp counts as one multiplication, a cube as two. Sums, signs, comparisons and copies count none. A
  /// scalar expression counts one for each of its operands, in the sweep exactly, forward as an estimate.
  double forward_multiplications = 0, reverse_multiplications = 0;
  std::size_t bytes = 0;  // of the tape: records, values, statements

  double seconds() const { return forward_seconds + reverse_seconds; }
};

struct Profile {
  std::vector<OperationProfile> operations;  // what takes most time first
  OperationProfile total;
  std::size_t tape_bytes = 0;  // what the tape holds in all, adjoints and reserve included
};

/// Of a graph, as it was recorded and swept.
Profile profile_of(const Graph& graph);

/// Of what is recorded on a tape that keeps a journal; times in the sweep are those of the last backward().
template <class S>
Profile profile(const Tape<S>& tape) {
  Profile profile = profile_of(graph_of(tape));
  profile.tape_bytes = tape.memory();
  return profile;
}

/// Of f(x…) and its gradient; f and x as value_and_gradient takes them. The best of four runs on a tape that has run
/// once: as in a training loop, nothing is allocated. The forward time of an operation is measured from the end of the
/// one before, so what the program computes between them without recording it is in it. The time of reading the clock
/// is taken off, which leaves scalar statements, of a few ns each, with an error of their own size.
template <class F, class... X>
requires(sizeof...(X) > 0) Profile profile(const F& f, const X&... x) {
  using S = typename detail::ScalarOf<decltype(detail::held(std::get<0>(std::tie(x...))))>::type;
  Tape<S> tape;
  tape.keep_journal({.contributions = false});
  const auto run = [&] {
    tape.clear();
    const auto record = [&](const auto&... variable) { tape.backward(detail::scalar_result_of<S>(f, variable...)); };
    std::apply(record, std::tuple{tape.variable(detail::held(x))...});
  };
  run();
  Profile best;
  for (int i = 0; i < 4; ++i) {
    run();
    Profile now = profile(std::as_const(tape));
    if (i == 0 || now.total.seconds() < best.total.seconds()) best = std::move(now);
  }
  return best;
}

/// A table, a line an operation: calls, microseconds forward and back, millions of multiplications, bytes.
std::ostream& operator<<(std::ostream& out, const Profile& profile);

}  // namespace gradus
