// Modules: networks as plain values, evaluated as functions F(x; w) of one flat vector of parameters.
#pragma once

#include "parameters.hpp"

namespace gradus::nn {

/// A parameter's place in the flat vector: [offset, offset + rows·cols), in column order.
struct NamedParameter {
  std::string name;  ///< the path of its members: "layers.0.weight"
  Index offset, rows, cols;
  Initialization initialization;
};

/// A module as a whole network. A module is any aggregate whose members are Parameters, other modules or networks,
/// std::vectors, std::arrays or std::tuples of them, and whatever else it needs, at most 12 in all, with
/// `auto operator()(const auto& x, const auto& w) const`:
///
///     struct Residual {                                        // x + V relu(U x)
///       nn::Parameter up, down;
///       auto operator()(const auto& x, const auto& w) const { return x + w[down] * relu(w[up] * x); }
///     };
///     nn::Network net{Residual{.up = {32, 8}, .down = {8, 32}}};
///
/// Nothing is registered: the members are the parameters, their names its parameters' names. A module always sees
/// variables: x is a recorded matrix, and so are its parameters, constants where nothing is to be differentiated.
template <class M>
class Network {
 public:
  /// Throws ShapeError where a parameter has no rows or no columns.
  explicit Network(const M& module) : module_(module), size_(detail::count_parameters(module)) {
    static_assert(std::is_aggregate_v<M>, "a module is an aggregate: no constructors, no private members");
    for (const NamedParameter& p : parameters())
      if (p.rows < 1 || p.cols < 1)
        throw ShapeError("network: expected a shape of at least 1×1 for " + p.name + ", got " +
                         shape_text(p.rows, p.cols));
  }

  /// How many numbers w holds.
  Index size() const { return size_; }

  /// New parameters, each as its Initialization says; the same for the same generator. init<float>(random) for float.
  template <class S = double>
  Eigen::Matrix<S, Eigen::Dynamic, 1> init(std::mt19937_64& random) const {
    Eigen::VectorXd w(size_);
    for (const NamedParameter& p : parameters())
      p.initialization({w.data() + p.offset, static_cast<std::size_t>(p.rows * p.cols)}, p.rows, p.cols, random);
    return w.cast<S>();
  }

  /// The network at x (features × samples) with the parameters w (a column vector of size(), recorded or plain):
  /// recorded if either is. Throws ShapeError, naming the layer, where shapes do not fit.
  template <class X, class W>
  requires(MatrixOperand<X>&& MatrixOperand<W>) auto operator()(const X& x, const W& w) const {
    static_assert(PlainOf<W>::ColsAtCompileTime == 1, "w is one column vector of all parameters");
    if (gradus::detail::rows_of(w) != size_)
      throw ShapeError("network: expected a vector of " + std::to_string(size_) + " parameters, got " +
                       std::to_string(gradus::detail::rows_of(w)));
    constexpr int level = gradus::detail::meeting_level<X, W>;
    if constexpr (is_dual<X> || is_dual<W>) {
      const auto& input = detail::beside(x, w);
      const auto& flat = detail::beside(w, x);
      return module_(input, Parameters(module_, flat, 0));
    } else if constexpr (level == 0) {
      Tape<typename PlainOf<W>::Scalar> tape;  // of constants: nothing is recorded
      return detail::plain(evaluated(tape, detail::lent(x), detail::lent(w)));
    } else {
      return evaluated(*gradus::detail::meeting_tape<level>(x, w), x, w);
    }
  }

  /// Names, places and shapes of all parameters, in the order of the flat vector.
  std::vector<NamedParameter> parameters() const {
    std::vector<NamedParameter> all;
    list(module_, "", all);
    return all;
  }

  const M& module() const { return module_; }

 private:
  template <class S, class X, class W>
  auto evaluated(Tape<S>& tape, const X& x, const W& w) const {
    constexpr int level = level_of<Var<S>>;
    using Number = BaseOf<S>;
    using gradus::detail::from_record, gradus::detail::operand;
    const NestedVar<level, Eigen::Matrix<Number, Eigen::Dynamic, Eigen::Dynamic>> input(
        from_record, [&] { return operand(tape, x); });
    const NestedVar<level, Eigen::Matrix<Number, Eigen::Dynamic, 1>> flat(from_record,
                                                                          [&] { return operand(tape, w); });
    return module_(input, Parameters(module_, flat, 0));
  }

  template <class Part>
  static void list(const Part& part, const std::string& path, std::vector<NamedParameter>& all) {
    detail::for_each_part(part, [&](std::string_view name, Index index, const auto& p) {
      const std::string here = (path.empty() ? "" : path + ".") + detail::part_name(name, index);
      if constexpr (AnyParameter<std::remove_cvref_t<decltype(p)>>) {
        const Index offset = all.empty() ? 0 : all.back().offset + all.back().rows * all.back().cols;
        all.push_back({here, offset, p.rows, cols_of(p), p.initialization});
      } else {
        list(p, here, all);
      }
    });
  }

  M module_;
  Index size_;
};

}  // namespace gradus::nn
