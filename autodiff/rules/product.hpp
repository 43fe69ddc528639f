// The matrix product.
#pragma once

#include <string_view>

namespace gradus::rules {

/// Y = A·B with A: M × K, B: K × N. Read with views of numbers it is a call of the kernel, read with variables it
/// records itself.
struct Product {
  static constexpr std::string_view name = "product";
  static auto value(const auto& a, const auto& b) { return a * b; }
  static auto by_first(const auto& g, const auto&, const auto& b) { return g * b.transpose(); }  // M×N · (K×N)ᵀ → M×K
  static auto by_second(const auto& g, const auto& a, const auto&) { return a.transpose() * g; }  // (M×K)ᵀ · M×N → K×N
};

}  // namespace gradus::rules
