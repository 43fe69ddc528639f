// What a function of yours costs, and what its gradient costs beside it.
//
//     std::cout << gradus::measure_backprop(loss, w);
#pragma once

#include <functional>
#include <iosfwd>
#include <tuple>

#include "profile.hpp"

namespace gradus {

struct BackpropMeasurement {
  double value_seconds = 0;     // of f(x) on plain numbers
  double gradient_seconds = 0;  // of f recorded and swept, on a tape that has run before
  double ratio = 0;             // gradient ÷ value: the median of pairs of runs, side by side
  /// Of f, and of the sweep, as OperationProfile counts them.
  double value_multiplications = 0, sweep_multiplications = 0;
  std::size_t bytes = 0;  // that the tape holds, the adjoints included

  double multiplications() const { return value_multiplications + sweep_multiplications; }
};

/// A table of two lines, the value and the gradient: microseconds, multiplications, bytes; and the ratio of the times.
std::ostream& operator<<(std::ostream& out, const BackpropMeasurement& measurement);

namespace detail {

/// The median times of a call of both, and of their ratio: they take turns, in batches of about a millisecond, so that
/// what else the machine does meets both. Each is called with the number of times that it is to run.
void time_side_by_side(const std::function<void(Index)>& value, const std::function<void(Index)>& gradient,
                       BackpropMeasurement& measurement);

/// So that the compiler cannot know what was there, nor leave out what made it.
template <class X>
const X& hidden(const X& x) {
  const X* volatile pointer = &x;
  return *pointer;
}

}  // namespace detail

/// Measures f(x…) and its gradient by every argument; f and x as value_and_gradient takes them, of plain numbers. The
/// gradient is that of a loop: its tape is used again, and allocates nothing. Takes some tenths of a second, or, where
/// f does, the time of about twenty evaluations. Compile your program with optimization, or it is Eigen without
/// inlining that is measured. Throws ShapeError if f returns a matrix of more than one element.
template <class F, class... X>
requires(sizeof...(X) > 0 && ((Constant<X> || EigenDense<X>)&&...)) BackpropMeasurement
    measure_backprop(const F& f, const X&... x) {
  using S = typename detail::ScalarOf<decltype(detail::held(std::get<0>(std::tie(x...))))>::type;
  const std::tuple arguments{detail::held(x)...};
  const Profile profile = gradus::profile(f, x...);

  volatile S kept = 0;
  const auto evaluate = [&](Index times) {
    for (; times > 0; --times) {
      const auto value = [&](const auto&... numbers) {
        if constexpr (EigenDense<decltype(f(numbers...))>)
          return static_cast<S>(f(numbers...).value());
        else
          return static_cast<S>(f(numbers...));
      };
      kept = std::apply(value, detail::hidden(arguments));
    }
  };
  Tape<S> tape;
  const auto variable = [&](const auto& argument) {
    if constexpr (EigenDense<decltype(argument)>)
      return tape.variable(borrow(argument));
    else
      return tape.variable(argument);
  };
  const auto differentiate = [&](Index times) {
    for (; times > 0; --times) {
      tape.clear();
      const auto run = [&](const auto&... variables) { tape.backward(detail::scalar_result_of<S>(f, variables...)); };
      std::apply(run,
                 std::apply([&](const auto&... argument) { return std::tuple{variable(argument)...}; }, arguments));
    }
  };
  BackpropMeasurement measurement;
  detail::time_side_by_side(evaluate, differentiate, measurement);
  measurement.value_multiplications = profile.total.forward_multiplications;
  measurement.sweep_multiplications = profile.total.reverse_multiplications;
  measurement.bytes = tape.memory();
  return measurement;
}

}  // namespace gradus
