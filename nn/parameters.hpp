// The parameters of a module: their shapes as members, their values while it is evaluated.
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
    const Index offset = find(p).offset;
    if constexpr (requires { flat_.tangent().data(); }) {  // of numbers: its views are copies, and weights are large
      using Weight = Eigen::Map<const Eigen::Matrix<typename Flat::Plain::Scalar, Eigen::Dynamic, Eigen::Dynamic>>;
      return Dual<Weight>(Weight(flat_.primal().data() + offset, p.rows, p.cols),
                          Weight(flat_.tangent().data() + offset, p.rows, p.cols));
    } else if constexpr (MatrixVar<Flat>) {  // in one step
      return flat_.template dense_viewed<Eigen::Dynamic, Eigen::Dynamic>([&](const Layout& l) {
        return Layout{l.offset + offset, p.rows, p.cols, 1, p.rows};
      });
    } else {
      return flat_.segment(offset, size_of(p)).reshaped(p.rows, p.cols);
    }
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
      if (place.offset >= 0) return;
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

}  // namespace gradus::nn
