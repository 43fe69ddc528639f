// Colourings: which columns of a sparse matrix can be computed together.
//
// Columns of one colour are added up in one sweep, and the colouring is such that every entry can be recovered from the
// sums. The terms are those of Gebremedhin, Manne and Pothen, "What color is your Jacobian? Graph coloring for
// computing derivatives", SIAM Review 47 (2005).
#pragma once

#include "pattern.hpp"

namespace gradus {

/// A colour from 0 to count − 1 for every vertex (column, or row); −1 for one that has no entries, or needs no sweep.
struct Colouring {
  std::vector<int> colours;
  int count = 0;
  bool operator==(const Colouring&) const = default;
};

/// In which order a greedy colouring goes over the vertices; each takes the smallest colour it may.
enum class Ordering {
  natural,        // as they are numbered: best for banded matrices
  largest_first,  // by the number of neighbours, descending
  smallest_last   // back to front: always a vertex with the fewest neighbours among those that are left
};

/// Distance-1 colouring of the column intersection graph (a partial distance-2 colouring of the bipartite graph): no
/// two columns of one colour have an entry in the same row. O(Σ over rows of the square of their entries).
Colouring column_colouring(const SparsityPattern& pattern, Ordering ordering = Ordering::natural);

/// Star colouring of a symmetric pattern's graph: neighbours differ, and every path of four vertices has three colours
/// or more. So of each entry or its mirror image one is alone with its colour in its row, and is read directly.
/// Algorithm: Gebremedhin, Tarafdar, Manne and Pothen, "New acyclic and star coloring algorithms with application to
/// computing Hessians", SIAM J. Sci. Comput. 29 (2007). Throws Error unless the pattern is symmetric.
Colouring star_colouring(const SparsityPattern& symmetric, Ordering ordering = Ordering::natural);

/// Acyclic colouring of a symmetric pattern's graph: neighbours differ, and every cycle has three colours or more. The
/// entries of two colours form a forest and follow by substitution, leaves first: fewer colours than a star colouring,
/// with a few roundings more. Algorithm: the same paper. Throws Error unless the pattern is symmetric.
Colouring acyclic_colouring(const SparsityPattern& symmetric, Ordering ordering = Ordering::natural);

}  // namespace gradus
