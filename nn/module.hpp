// Modules: networks as plain values, evaluated as functions F(x; w) of one flat vector of parameters.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "initialization.hpp"
#include "plain.hpp"
#include "reflection.hpp"

namespace gradus::nn {

/// A matrix of parameters, as a member of a module: its shape and its initial values, not the values it has.
struct Parameter {
  Index rows = 0, cols = 0;
  Initialization initialization = he;
};
/// The same for a column vector.
struct VectorParameter {
  Index rows = 0;
  Initialization initialization = zeros;
};

template <class T>
concept AnyParameter = std::is_same_v<T, Parameter> || std::is_same_v<T, VectorParameter>;

inline Index size_of(const Parameter& p) { return p.rows * p.cols; }
inline Index size_of(const VectorParameter& p) { return p.rows; }
inline Index cols_of(const Parameter& p) { return p.cols; }
inline Index cols_of(const VectorParameter&) { return 1; }

template <class M>
class Network;

namespace detail {

template <class T>
concept AnyNetwork = requires(const T& net) {
  []<class M>(const Network<M>&) {}(net);
};

/// A network stands for its module where it is a part of another.
const auto& module_of(const auto& part) {
  if constexpr (AnyNetwork<std::remove_cvref_t<decltype(part)>>)
    return part.module();
  else
    return part;
}

template <class T>
constexpr bool holds_parameters();

template <class T>
struct Container : std::false_type {};
template <class T>
struct Container<std::vector<T>> : std::true_type {
  using Element = T;
};
template <class T, std::size_t N>
struct Container<std::array<T, N>> : std::true_type {
  using Element = T;
};

template <class T>
struct Tuple : std::false_type {};
template <class... T>
struct Tuple<std::tuple<T...>> : std::true_type {
  static constexpr bool holds = (holds_parameters<T>() || ...);
};

template <class T>
constexpr bool holds_parameters() {
  if constexpr (AnyParameter<T> || AnyNetwork<T>) {
    return true;
  } else if constexpr (Container<T>::value) {
    return holds_parameters<typename Container<T>::Element>();
  } else if constexpr (Tuple<T>::value) {
    return Tuple<T>::holds;
  } else if constexpr (std::is_aggregate_v<T> && std::is_class_v<T>) {
    return []<class... M>(std::type_identity<std::tuple<M&...>>) {
      return (holds_parameters<std::remove_const_t<M>>() || ...);
    }(std::type_identity<decltype(reflection::members(std::declval<T&>()))>());
  } else {
    return false;
  }
}

/// Calls visit(name, index, part) for every parameter and every part with parameters that m holds directly; index
/// counts in containers, and is −1 elsewhere.
template <class M, class Visit>
void for_each_part(const M& m, const Visit& visit) {
  const auto look = [&](std::string_view name, const auto& member) {
    using T = std::remove_cvref_t<decltype(member)>;
    if constexpr (Container<T>::value) {
      if constexpr (holds_parameters<T>())
        for (std::size_t i = 0; i < member.size(); ++i) visit(name, static_cast<Index>(i), module_of(member[i]));
    } else if constexpr (Tuple<T>::value) {
      Index i = 0;
      const auto one = [&](const auto& element) {
        if constexpr (holds_parameters<std::remove_cvref_t<decltype(element)>>()) visit(name, i, module_of(element));
        ++i;
      };
      std::apply([&](const auto&... element) { (one(element), ...); }, member);
    } else if constexpr (holds_parameters<T>()) {
      visit(name, Index{-1}, module_of(member));
    }
  };
  reflection::for_each_member(m, look);
}

template <class M>
Index count_parameters(const M& m) {
  if constexpr (AnyParameter<M>) {
    return size_of(m);
  } else {
    Index sum = 0;
    for_each_part(m, [&](std::string_view, Index, const auto& part) { sum += count_parameters(part); });
    return sum;
  }
}

/// A ShapeError that says already which part of the network it comes from.
class LocatedShapeError : public ShapeError {
 public:
  using ShapeError::ShapeError;
};

inline std::string part_name(std::string_view name, Index index) {
  return index < 0 ? std::string(name) : std::string(name) + "." + std::to_string(index);
}

}  // namespace detail

/// The parameters of a module M while it is evaluated: w[weight] is the value of its parameter `weight`, and
/// w(layer, x) evaluates its part `layer`. Flat is the vector of all parameters, as a variable.
template <class M, class Flat>
class Parameters {
 public:
  Parameters(const M& module, const Flat& flat, Index offset, std::string_view name = {}, Index index = -1,
             const void* parent = nullptr, std::string (*parent_path)(const void*) = nullptr)
      : module_(module),
        flat_(flat),
        offset_(offset),
        name_(name),
        index_(index),
        parent_(parent),
        parent_path_(parent_path) {}

  /// The value of a parameter that is a member of the module. Throws Error if it is not.
  auto operator[](const Parameter& p) const {
    return flat_.segment(find(p).offset, size_of(p)).reshaped(p.rows, p.cols);
  }
  auto operator[](const VectorParameter& p) const { return flat_.segment(find(p).offset, p.rows); }

  /// A part of the module at x. Throws Error if it is not a member of the module, nor in a std::vector, std::array or
  /// std::tuple that is; ShapeError, with the path of the part, if shapes in it do not fit.
  template <class Part, class X>
  auto operator()(const Part& part, const X& x) const {
    if constexpr (detail::holds_parameters<Part>()) {
      const auto w = of(part);
      try {
        return detail::module_of(part)(x, w);
      } catch (const detail::LocatedShapeError&) {
        throw;
      } catch (const ShapeError& error) {
        throw detail::LocatedShapeError(w.path() + ": " + error.what());
      }
    } else {
      return part(x);
    }
  }

  /// The parameters of a part of the module.
  template <class Part>
  auto of(const Part& part) const {
    const auto& module = detail::module_of(part);
    const Place place = find(module);
    using Module = std::remove_cvref_t<decltype(module)>;
    return Parameters<Module, Flat>(module, flat_, place.offset, place.name, place.index, this, path_of);
  }

  /// Where the module stands in the network, for messages: "layers.1".
  std::string path() const {
    const std::string above = parent_ == nullptr ? "" : parent_path_(parent_);
    const std::string here = name_.empty() ? "" : detail::part_name(name_, index_);
    return above.empty() || here.empty() ? above + here : above + "." + here;
  }

 private:
  struct Place {
    Index offset = -1;
    std::string_view name;
    Index index = -1;
  };

  // By address: the module asks for its own members.
  template <class Part>
  Place find(const Part& wanted) const {
    Place place;
    Index at = offset_;
    detail::for_each_part(module_, [&](std::string_view name, Index index, const auto& part) {
      if (static_cast<const void*>(&part) == &wanted && std::is_same_v<std::remove_cvref_t<decltype(part)>, Part>)
        place = {at, name, index};
      at += detail::count_parameters(part);
    });
    if (place.offset < 0)
      throw Error("network" + (path().empty() ? "" : " at " + path()) +
                  ": expected a parameter or part that is a member of the module, got one that is not; it would not "
                  "be trained");
    return place;
  }

  static std::string path_of(const void* self) { return static_cast<const Parameters*>(self)->path(); }

  const M& module_;
  const Flat& flat_;
  Index offset_;
  std::string_view name_;
  Index index_;
  const void* parent_;
  std::string (*parent_path_)(const void*);
};

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
    const NestedVar<level, Eigen::Matrix<Number, Eigen::Dynamic, Eigen::Dynamic>> input(
        gradus::detail::operand(tape, x));
    const NestedVar<level, Eigen::Matrix<Number, Eigen::Dynamic, 1>> flat(gradus::detail::operand(tape, w));
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
