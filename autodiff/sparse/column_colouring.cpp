// Distance-1 colouring of the column intersection graph.
#include "colouring.hpp"
#include "ordering.hpp"

namespace gradus {

Colouring column_colouring(const SparsityPattern& pattern, Ordering ordering) {
  check_valid(pattern);
  const SparsityPattern by_column = transposed(pattern);
  const auto n = static_cast<std::size_t>(pattern.cols);
  std::vector<int> seen(n, -1);  // by which column this one was last seen
  int turn = 0;
  const auto for_neighbours = [&](int column, const auto& visit) {
    ++turn;
    seen[static_cast<std::size_t>(column)] = turn;
    for (const int row : by_column.row(column))
      for (const int other : pattern.row(row)) {
        if (seen[static_cast<std::size_t>(other)] == turn) continue;
        seen[static_cast<std::size_t>(other)] = turn;
        visit(other);
      }
  };

  Colouring result{std::vector<int>(n, -1), 0};
  std::vector<int> forbidden;
  for (const int column : detail::ordered(pattern.cols, ordering, for_neighbours)) {
    if (by_column.row(column).empty()) continue;
    int are_forbidden = 0;
    for (const int row : by_column.row(column)) {
      if (are_forbidden == result.count) break;  // all of them
      for (const int other : pattern.row(row)) {
        const int colour = result.colours[static_cast<std::size_t>(other)];
        if (colour < 0 || forbidden[static_cast<std::size_t>(colour)] == column) continue;
        forbidden[static_cast<std::size_t>(colour)] = column;
        ++are_forbidden;
      }
    }
    result.colours[static_cast<std::size_t>(column)] = detail::smallest_allowed(forbidden, column, result.count);
  }
  return result;
}

}  // namespace gradus
