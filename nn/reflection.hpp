// The members of a plain struct and their names, so that a module need not list its parameters a second time.
#pragma once

#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace gradus::nn::reflection {

/// Converts to anything: stands in for a member when they are counted.
struct Anything {
  template <class T>
  operator T() const;
};

template <class T, std::size_t... I>
constexpr bool takes(std::index_sequence<I...>) {
  return requires { T{(static_cast<void>(I), Anything{})...}; };
}

/// How many members the aggregate T has: the largest number of initializers that it takes.
template <class T, std::size_t N = 12>
constexpr std::size_t count_members() {
  if constexpr (N == 0 || takes<T>(std::make_index_sequence<N>()))
    return N;
  else
    return count_members<T, N - 1>();
}

/// References to all members, in the order of declaration.
template <class T>
constexpr auto members(T& t) {
  constexpr std::size_t n = count_members<std::remove_const_t<T>>();
  static_assert(!takes<std::remove_const_t<T>>(std::make_index_sequence<13>()), "a module has at most 12 members");
  // clang-format off
  if constexpr (n == 0) { return std::tie(); }
  else if constexpr (n == 1) { auto& [a] = t; return std::tie(a); }
  else if constexpr (n == 2) { auto& [a, b] = t; return std::tie(a, b); }
  else if constexpr (n == 3) { auto& [a, b, c] = t; return std::tie(a, b, c); }
  else if constexpr (n == 4) { auto& [a, b, c, d] = t; return std::tie(a, b, c, d); }
  else if constexpr (n == 5) { auto& [a, b, c, d, e] = t; return std::tie(a, b, c, d, e); }
  else if constexpr (n == 6) { auto& [a, b, c, d, e, f] = t; return std::tie(a, b, c, d, e, f); }
  else if constexpr (n == 7) { auto& [a, b, c, d, e, f, g] = t; return std::tie(a, b, c, d, e, f, g); }
  else if constexpr (n == 8) { auto& [a, b, c, d, e, f, g, h] = t; return std::tie(a, b, c, d, e, f, g, h); }
  else if constexpr (n == 9) { auto& [a, b, c, d, e, f, g, h, i] = t; return std::tie(a, b, c, d, e, f, g, h, i); }
  else if constexpr (n == 10) { auto& [a, b, c, d, e, f, g, h, i, j] = t; return std::tie(a, b, c, d, e, f, g, h, i, j); }
  else if constexpr (n == 11) { auto& [a, b, c, d, e, f, g, h, i, j, k] = t; return std::tie(a, b, c, d, e, f, g, h, i, j, k); }
  else { auto& [a, b, c, d, e, f, g, h, i, j, k, l] = t; return std::tie(a, b, c, d, e, f, g, h, i, j, k, l); }
  // clang-format on
}

namespace detail {

template <class T>
struct Holder {
  T value;
};
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-internal"
#endif
template <class T>
extern const Holder<T> specimen;  // never defined: only the names of its members are looked at
#if defined(__clang__)
#pragma clang diagnostic pop
#endif

template <class T>
struct Address {  // clang takes the address of a member as a template argument only inside a class
  T* to;
};
template <class T>
Address(T*) -> Address<T>;

/// What the compiler calls the function that has this member as its argument: "…::value.Gate::weight)}]".
template <auto Member>
constexpr std::string_view spelled() {
  return __PRETTY_FUNCTION__;
}

constexpr std::string_view last_identifier(std::string_view text) {
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;  // β is a name too
  };
  if (const auto aliases = text.rfind("; std::string_view"); aliases != text.npos) text = text.substr(0, aliases);
  auto end = text.size();
  while (end > 0 && !is_word(text[end - 1])) --end;
  auto begin = end;
  while (begin > 0 && is_word(text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#endif
template <class T, std::size_t I>
inline constexpr std::string_view name = last_identifier(spelled<Address{&std::get<I>(members(specimen<T>.value))}>());
#if defined(__clang__)
#pragma clang diagnostic pop
#endif

}  // namespace detail

/// Calls visit(name, member) for every member of t.
template <class T, class Visit>
void for_each_member(T& t, const Visit& visit) {
  auto all = members(t);
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (visit(detail::name<std::remove_const_t<T>, I>, std::get<I>(all)), ...);
  }
  (std::make_index_sequence<std::tuple_size_v<decltype(all)>>());
}

}  // namespace gradus::nn::reflection
