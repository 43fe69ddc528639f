// Orders in which greedy colourings go over the vertices of a graph.
#pragma once

#include <numeric>

#include "colouring.hpp"

namespace gradus::detail {

/// Vertices with the number of their neighbours, in buckets: finds one with the fewest in constant time.
class DegreeBuckets {
 public:
  explicit DegreeBuckets(std::vector<Index> degrees);
  /// Takes a vertex of the smallest degree out.
  int take_smallest();
  bool holds(int vertex) const { return place_[static_cast<std::size_t>(vertex)] >= 0; }
  /// One neighbour fewer.
  void decrease(int vertex);

 private:
  void insert(int vertex);
  void remove(int vertex);

  std::vector<Index> degrees_;
  std::vector<Index> place_;  // in its bucket; −1 when it is taken
  std::vector<std::vector<int>> buckets_;
  std::size_t lowest_ = 0;
};

/// The vertices 0 … n − 1 in the order asked for. for_neighbours(v, visit) shows every neighbour of v once.
template <class ForNeighbours>
std::vector<int> ordered(Index n, Ordering ordering, const ForNeighbours& for_neighbours) {
  std::vector<int> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  if (ordering == Ordering::natural) return order;
  std::vector<Index> degrees(order.size(), 0);
  for (const int v : order) for_neighbours(v, [&](int) { ++degrees[static_cast<std::size_t>(v)]; });
  DegreeBuckets buckets(std::move(degrees));
  // Smallest degree first, from the back; smallest-last counts those that are left alone.
  for (auto place = order.rbegin(); place != order.rend(); ++place) {
    *place = buckets.take_smallest();
    if (ordering == Ordering::smallest_last)
      for_neighbours(*place, [&](int w) {
        if (buckets.holds(w)) buckets.decrease(w);
      });
  }
  return order;
}

/// The smallest colour that is not forbidden to v: forbidden[c] == v says that c is. Grows `forbidden` as needed.
inline int smallest_allowed(std::vector<int>& forbidden, int v, int& count) {
  int colour = 0;
  while (colour < count && forbidden[static_cast<std::size_t>(colour)] == v) ++colour;
  if (colour == count) {
    ++count;
    forbidden.push_back(-1);
  }
  return colour;
}

}  // namespace gradus::detail
