// Recorded functions that keep their tapes.
#pragma once

#include "recording.hpp"

namespace gradus::detail {

/// A recording of one argument and one result, whatever the types of the function's.
template <class S>
using MatrixRecording = Recording<S, std::tuple<NestedVar<level_of<Var<S>>, DynamicMatrix<BaseOf<S>>>>, 1>;

/// f recorded at x, to be swept back and forward.
template <Number S>
class RecordedFunction {
 public:
  template <class F, class X>
  void record(const F& f, const X& x) {
    const auto recorded = detail::record(tape_, f, x);
    recording_ = {&tape_, recorded.arguments, recorded.results};
  }
  Index results() const { return recording_.rows(); }
  const auto& recording() const { return recording_; }

 private:
  Tape<S> tape_;
  MatrixRecording<S> recording_;
};

}  // namespace gradus::detail
