// The record of an operation that is given as a struct: any number of operands, matrices and scalars.
#pragma once

#include <array>
#include <tuple>
#include <utility>

#include "accumulator.hpp"
#include "result.hpp"

namespace gradus::detail {

/// The type that owns what may be an expression of Eigen's.
template <class K>
struct Owned {
  using type = K;
};
template <EigenDense K>
struct Owned<K> {
  using type = typename K::PlainObject;
};

/// What value() returns: a result, or a pair of it and what the pullback wants to find again.
template <class Y>
struct Returned {
  using Value = Y;
  using Keeps = std::tuple<>;
  static constexpr bool keeps = false;
  static const Y& value(const Y& y) { return y; }
  static Keeps kept(const Y&) { return {}; }
};
template <class Y, class K>
struct Returned<std::pair<Y, K>> {
  using Value = Y;
  using Keeps = typename Owned<K>::type;
  static constexpr bool keeps = true;
  static const Y& value(const std::pair<Y, K>& y) { return y.first; }
  static Keeps kept(std::pair<Y, K>& y) { return std::move(y.second); }
};

/// The number type that operands have in common: that of the first which is not an integer.
template <class... X>
struct CommonNumber {
  using type = double;
};
template <class X, class... Rest>
struct CommonNumber<X, Rest...> : CommonNumber<Rest...> {};
template <class X, class... Rest>
requires(!std::is_integral_v<X>) struct CommonNumber<X, Rest...> : NumberOf<X> {
};

/// An argument of an operation on numbers alone.
template <class S, class X>
decltype(auto) plain_argument(const X& x) {
  if constexpr (std::is_integral_v<X>)
    return static_cast<S>(x);
  else
    return in_memory(x);
}
template <class Y>
auto plain_result(const Y& y) {
  if constexpr (EigenDense<Y>)
    return typename Y::PlainObject(evaluated(y));
  else
    return y;
}

/// The matrix type of a result; of a scalar S itself.
template <class Y, class S>
struct ResultType {
  using type = S;
};
template <MatrixOperand Y, class S>
struct ResultType<Y, S> {
  using type = Reshaped<PlainOf<Y>, PlainOf<Y>::RowsAtCompileTime, PlainOf<Y>::ColsAtCompileTime>;
};

/// A matrix as an operation on the tape over S reads it: a map of numbers, or a variable of the level below.
template <class P, class S>
auto read(const typename MatrixValue<S>::type& value, const Layout& layout) {
  if constexpr (Number<S>)
    return mapped<const P>(View<const S>(value, layout));
  else
    return NestedVar<level_of<S>, P>(value);
}

/// Operands of the types P…: the plain type of a matrix, S for a scalar.
template <class S, class... P>
class Operands {
  template <std::size_t I>
  using Type = std::tuple_element_t<I, std::tuple<P...>>;
  template <std::size_t I>
  static constexpr bool is_scalar = std::is_same_v<Type<I>, S>;
  template <std::size_t I, std::size_t... J>
  static constexpr std::size_t scalars_before(std::index_sequence<J...>) {
    return (std::size_t{is_scalar<J>} + ... + 0);
  }
  template <std::size_t I>
  static constexpr std::size_t scalar_index = scalars_before<I>(std::make_index_sequence<I>{});
  template <std::size_t I>
  static constexpr std::size_t matrix_index = I - scalar_index<I>;
  static constexpr std::size_t scalar_count = scalar_index<sizeof...(P)>;

 public:
  using All = std::index_sequence_for<P...>;
  std::array<MatrixHandle<S>, sizeof...(P) - scalar_count> matrices;
  std::array<S, scalar_count> numbers;
  std::array<Slot, scalar_count> slots;

  template <std::size_t I, class X>
  void set(Tape<S>* tape, const X& x) {
    if constexpr (is_scalar<I>) {
      const Var<S> scalar(x);
      if (scalar.slot() != 0) tape->check(scalar.tape(), scalar.epoch());
      numbers[scalar_index<I>] = scalar.value();
      slots[scalar_index<I>] = scalar.slot();
    } else {
      matrices[matrix_index<I>] = factor(operand(*tape, x));
    }
  }
  template <std::size_t I>
  auto get() const {
    if constexpr (is_scalar<I>)
      return numbers[scalar_index<I>];
    else if constexpr (Number<S>)
      return mapped<const Type<I>>(gradus::numbers(matrices[matrix_index<I>]));
    else
      return read<Type<I>, S>(matrices[matrix_index<I>].value, matrices[matrix_index<I>].layout);
  }
  template <std::size_t I>
  Accumulator<S, Type<I>> adjoint(const char* operation, Tape<S>& tape) const {
    if constexpr (is_scalar<I>)
      return {tape, slots[scalar_index<I>]};
    else
      return {operation, tape, matrices[matrix_index<I>]};
  }
  bool are_constant() const {
    bool all = true;
    for (const auto& matrix : matrices) all = all && matrix.is_constant();
    for (const Slot slot : slots) all = all && slot == 0;
    return all;
  }
};

/// R is the type of the result: plain, or S for a scalar. Memory is a pair of the operation and what it keeps.
template <class Memory, bool keeps, class R, class S, class... P>
struct CustomRecord : Record<S> {
  static constexpr bool is_scalar = std::is_same_v<R, S>;
  using Value = typename std::conditional_t<is_scalar, std::type_identity<S>, MatrixValue<S>>::type;

  Operands<S, P...> operands;
  Memory* memory;
  Value y;
  Layout layout;  // of a matrix y
  Result<S> result;

  static void pull(Tape<S>& tape, Record<S>& base) {
    auto& record = static_cast<CustomRecord&>(base);
    if constexpr (is_scalar) {
      S& adjoint = tape.adjoints().scalars[record.result.slot];
      const S g = adjoint;
      if (is_structural_zero(g)) return;
      if (!tape.retains()) adjoint = S{};
      record.pull_back(tape, g, record.y, typename Operands<S, P...>::All{});
    } else {
      const auto y = read<R, S>(record.y, record.layout);
      const Layout whole = Layout::dense(y.rows(), y.cols());
      if constexpr (Number<S>) {
        S unused;
        View<const S> g;
        if (!take_adjoint(tape, record.result, unused, g, whole)) return;
        record.pull_back(tape, mapped<const R>(g), y, typename Operands<S, P...>::All{});
      } else {
        typename MatrixValue<S>::type g;
        if (!take_adjoint(tape, record.result, g, whole)) return;
        record.pull_back(tape, read<R, S>(g, whole), y, typename Operands<S, P...>::All{});
      }
      give_back(tape, record.result);
    }
  }
  template <class G, class Y, std::size_t... I>
  void pull_back(Tape<S>& tape, const G& g, const Y& result_value, std::index_sequence<I...>) const {
    const char* const name = Memory::first_type::name.data();
    const auto call = [&](const auto& y_or_pair) {
      // The accumulators are named, so that a pullback may take them as auto& or auto&&.
      auto adjoints = std::tuple(operands.template adjoint<I>(name, tape)...);
      memory->first.pullback(g, y_or_pair, operands.template get<I>()..., std::get<I>(adjoints)...);
    };
    if constexpr (keeps)
      call(std::pair<const Y&, const typename Memory::second_type&>(result_value, memory->second));
    else
      call(result_value);
  }
  static RecordView<S> look(Record<S>& base) {
    auto& record = static_cast<CustomRecord&>(base);
    return {Memory::first_type::name.data(), record.operands.matrices, record.operands.slots, record.result};
  }
};

/// The operation applied at the level of the tape over S.
template <class S, class Operation, class... X, std::size_t... I>
auto record_custom(Tape<S>* tape, const Operation& operation, std::index_sequence<I...>, const X&... x) {
  using All = Operands<S, typename ResultType<X, S>::type...>;
  All operands;
  (operands.template set<I>(tape, x), ...);
  auto returned = operation.value(operands.template get<I>()...);
  using Shape = Returned<decltype(returned)>;
  const auto& value = Shape::value(returned);
  using R = typename ResultType<typename Shape::Value, S>::type;
  using Memory = std::pair<Operation, typename Shape::Keeps>;
  using Rec = CustomRecord<Memory, Shape::keeps, R, S, typename ResultType<X, S>::type...>;
  const auto remember = [&](const auto& y, const Layout& layout, const Result<S>& result) {
    Memory& memory = tape->keep(Memory(operation, Shape::kept(returned)));
    tape->add_record(new (tape->arena()) Rec{{}, operands, &memory, y, layout, result});
  };
  if constexpr (Rec::is_scalar) {
    const S y(value);
    if (operands.are_constant()) return Var<S>(y, 0, nullptr, 0);
    const Slot slot = tape->take_slots(1);
    remember(y, Layout{}, {nullptr, slot});
    return Var<S>(y, slot, tape, tape->epoch());
  } else {
    const Index rows = value.rows(), cols = value.cols();
    if (tape == nullptr) throw TapeError(std::string(Operation::name) + ": constant scalars alone belong to no tape");
    MatrixHandle<S> y{.tape = tape, .layout = Layout::dense(rows, cols), .epoch = tape->epoch()};
    if constexpr (Number<S>) {
      S* block;
      y = new_constant(*tape, rows, cols, block);
      if constexpr (ArrayOperand<typename Shape::Value>)
        store(View<S>(block, y.layout), Store::assign, value.matrix(), false);
      else
        store(View<S>(block, y.layout), Store::assign, value, false);
    } else {
      y.value = operand(tape->below(), value);
    }
    if (!operands.are_constant()) {
      y.node = tape->add_node(rows, cols);
      remember(y.value, y.layout, {y.node, 0});
    }
    return NestedVar<level_of<Var<S>>, R>(y);
  }
}

}  // namespace gradus::detail
