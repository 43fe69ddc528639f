#include "sparse.hpp"

#include <algorithm>

namespace gradus::detail {

void check_values(const char* operation, const SparsePattern& pattern, Index values_rows, Index values_cols) {
  if (values_rows != pattern.nonZeros() || values_cols != 1)
    throw ShapeError(std::string(operation) + ": expected a column with a value for each of the " +
                     std::to_string(pattern.nonZeros()) + " nonzeros of the pattern, got " +
                     shape_text(values_rows, values_cols));
}

void check_symmetric(const char* operation, const SparsePattern& pattern) {
  const auto& [rows, cols, starts, row_indices] = pattern.structure();
  const auto fail = [&](const std::string& why) {
    throw ShapeError(std::string(operation) + ": expected a symmetric pattern with both triangles, got a " +
                     shape_text(pattern.rows(), pattern.cols()) + " matrix " + why);
  };
  if (rows != cols) fail("that is not square");
  pattern.for_each([&, &begins = starts, &indices = row_indices](Index, Index i, Index j) {
    const auto column = indices.begin() + begins[static_cast<std::size_t>(i)];
    const auto end = indices.begin() + begins[static_cast<std::size_t>(i) + 1];
    if (!std::binary_search(column, end, static_cast<int>(j)))
      fail("with a nonzero at (" + std::to_string(i) + ", " + std::to_string(j) + ") and none at (" +
           std::to_string(j) + ", " + std::to_string(i) + ")");
  });
}

void throw_sparse_singular(const char* operation, bool is_symmetric) {
  throw Error(std::string(operation) + ": expected a " +
              (is_symmetric ? "symmetric positive definite" : "nonsingular") +
              " sparse matrix; its factorization met a pivot that is " + (is_symmetric ? "not positive" : "zero"));
}

}  // namespace gradus::detail
