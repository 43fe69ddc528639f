// Where the first NaN or infinity of a computation came from.
//
//     if (auto anomaly = gradus::find_anomaly(loss, w)) std::cerr << *anomaly << "\n";
//     // forward: operation 7, log of #6 (= -0.25), gives nan
#pragma once

#include "graph.hpp"

namespace gradus {

/// The operation that made the first NaN or infinity.
struct Anomaly {
  enum class Sweep { forward, reverse } sweep;
  Index place;            // of the operation, in the order of the program
  std::string operation;  // its name: "log"
  double produced;        // what it made: NaN or an infinity; of a matrix NaN if it has one
  std::string text;       // all of it as a sentence
};
std::ostream& operator<<(std::ostream& out, const Anomaly& anomaly);

/// The first operation in the order of the program whose result is not finite, else, if the graph was swept, the first
/// of the sweep that gave an operand a derivative that is not; nothing if all is finite. Variables count as operations:
/// an argument that is not finite is named as such. Results that nothing reads are not seen.
std::optional<Anomaly> find_anomaly(const Graph& graph);

/// The same of what is recorded on a tape that keeps a journal, contributions included.
template <class S>
std::optional<Anomaly> find_anomaly(const Tape<S>& tape) {
  return find_anomaly(graph_of(tape));
}

/// Evaluates f(x…) and its gradient and looks at every operation; f and x as value_and_gradient takes them. Training
/// pays nothing for it: call it when a loss or a gradient is found not to be finite. What is found in a scalar
/// expression is looked for again operation by operation; the place is then that in graph_of(f, x…).
template <class F, class... X>
requires(sizeof...(X) > 0) std::optional<Anomaly> find_anomaly(const F& f, const X&... x) {
  using S = typename detail::ScalarOf<decltype(detail::held(std::get<0>(std::tie(x...))))>::type;
  Tape<S> tape;
  tape.keep_journal();
  const auto record = [&](const auto&... variable) { tape.backward(detail::scalar_result_of<S>(f, variable...)); };
  std::apply(record, std::tuple{tape.variable(detail::held(x))...});
  auto found = find_anomaly(std::as_const(tape));
  if (found && found->operation == "expression")
    if (auto closer = find_anomaly(graph_of(f, x...))) return closer;
  return found;
}

}  // namespace gradus
